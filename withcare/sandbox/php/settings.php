<?php
/**
 * What the sandbox wiki is, for MediaWiki's tree as Debian packages it.
 *
 * Read in place (MW_CONFIG_FILE) and never copied; all that differs between two
 * sandboxes comes in through the environment.
 */
if ( !defined( 'MEDIAWIKI' ) ) {
	exit;
}

$withcareSandbox = getenv( 'WITHCARE_SANDBOX' );

$wgSitename = 'Sandbox of withcare';
$wgMetaNamespace = 'Project';
$wgServer = getenv( 'WITHCARE_SANDBOX_ADDRESS' );
$wgScriptPath = '';
$wgArticlePath = '/wiki/$1';
$wgLanguageCode = getenv( 'WITHCARE_SANDBOX_LANGUAGE' );
$wgLocaltimezone = 'UTC';
$wgSecretKey = trim( file_get_contents( "$withcareSandbox/secret" ) );
$wgReadOnlyFile = "$withcareSandbox/read-only";
$wgShowExceptionDetails = true;
$wgEnableEmail = false;
$wgPingback = false;

// -- Database. Tables with many small writes live in files of their own, as MediaWiki's
// installer does it, so that a page save is not refused because a cache entry is written.
// Nobody needs a sandbox back after a power cut: nothing waits for the disk.
$wgDBtype = 'sqlite';
$wgDBname = 'wiki';
$wgSQLiteDataDir = "$withcareSandbox/database";
$wgDBservers = [ [
	'type' => 'sqlite',
	'dbname' => 'wiki',
	'load' => 1,
	'flags' => DBO_DEFAULT,
	'variables' => [ 'synchronous' => 'OFF' ],
] ];
$withcareAside = static function ( string $name ) use ( $wgSQLiteDataDir ): array {
	return [
		'type' => 'sqlite',
		'dbname' => $name,
		'tablePrefix' => '',
		'variables' => [ 'synchronous' => 'OFF' ],
		'dbDirectory' => $wgSQLiteDataDir,
		'trxMode' => 'IMMEDIATE',
		'flags' => 0,
	];
};

// -- Caches. Every one that outlives a request is a database file, so that a reset takes
// them all back; only translated messages are kept elsewhere, for they never change.
$wgObjectCaches[CACHE_DB] = [
	'class' => SqlBagOStuff::class,
	'loggroup' => 'SQLBagOStuff',
	'server' => $withcareAside( 'wikicache' ),
];
$wgObjectCaches['db-replicated'] = [
	'factory' => 'Wikimedia\ObjectFactory\ObjectFactory::getObjectFromSpec',
	'args' => [ [ 'factory' => 'ObjectCache::getInstance', 'args' => [ CACHE_DB ] ] ],
];
$wgMainCacheType = CACHE_DB;
$wgParserCacheType = CACHE_DB;
$wgMessageCacheType = CACHE_DB;
$wgSessionCacheType = CACHE_DB;
$wgMainStash = CACHE_DB;
$wgResourceLoaderUseObjectCacheForDeps = true;
$wgCacheDirectory = getenv( 'WITHCARE_SANDBOX_CACHE' );
$wgLocalisationCacheConf['store'] = 'array';

// -- Jobs run at the end of the request that made them, and all of them.
$wgJobTypeConf['default'] = [
	'class' => 'JobQueueDB',
	'claimTTL' => 3600,
	'server' => $withcareAside( 'wiki_jobqueue' ),
];
$wgRunJobsAsync = false;
$wgJobRunRate = 100;

// -- Files. Deleted ones stay under images/deleted, readable, as they do wherever a web
// server ignores .htaccess: a withdrawal has to be shown to cope with that.
$wgEnableUploads = true;
$wgUploadDirectory = "$withcareSandbox/uploads";
$wgUploadPath = '/images';
$wgUseImageMagick = false;
$wgTmpDirectory = "$withcareSandbox/tmp";

// -- Skins and extensions.
$wgExtensionDirectory = getenv( 'MW_INSTALL_PATH' ) . '/extensions-core';
if ( !is_dir( $wgExtensionDirectory ) ) {
	$wgExtensionDirectory = getenv( 'MW_INSTALL_PATH' ) . '/extensions';
}
wfLoadSkins( [ 'MinervaNeue', 'MonoBook', 'Timeless', 'Vector' ] );
$wgDefaultSkin = 'vector-2022';
wfLoadExtensions( [ 'Gadgets', 'ParserFunctions', 'Scribunto', 'TemplateData' ] );
$wgPFEnableStringFunctions = true;
$wgScribuntoDefaultEngine = 'luastandalone';

// -- Who may do what. Anyone reads and edits; the three accounts of withcare differ.
$wgGroupPermissions['withcare-withdrawal'] = array_fill_keys( [
	'apihighlimits', 'autopatrol', 'bigdelete', 'bot', 'browsearchive', 'delete',
	'deletedhistory', 'deletedtext', 'deletelogentry', 'deleterevision', 'editprotected',
	'editsemiprotected', 'noratelimit', 'protect', 'suppressionlog', 'suppressrevision',
	'suppressredirect', 'undelete', 'unwatchedpages', 'viewsuppressed',
], true );
$wgGroupPermissions['bot']['noratelimit'] = true;
$wgAutoConfirmAge = 0;
$wgRateLimits = [];
$wgPasswordAttemptThrottle = [];
$wgAccountCreationThrottle = [];
// The passwords are 128 random bits: stretching them would only slow the tests.
$wgPasswordConfig['pbkdf2']['cost'] = '1';
