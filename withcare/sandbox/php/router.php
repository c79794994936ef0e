<?php
/**
 * Every request to the sandbox wiki comes through here, for PHP's own web server.
 *
 * It finds the entry point or the file, holds the shared lock that a reset waits for,
 * and notes the request where the tests asked for it. Nothing of MediaWiki is changed.
 */

/** Held until the request is over, work after the reply included. */
function withcare_join_the_requests(): void {
	$sandbox = getenv( 'WITHCARE_SANDBOX' );
	// A reset closes the door first: else it would wait for ever on a busy wiki.
	$door = fopen( "$sandbox/door.lock", 'c' );
	flock( $door, LOCK_SH );
	$GLOBALS['withcareRequests'] = fopen( "$sandbox/requests.lock", 'c' );
	flock( $GLOBALS['withcareRequests'], LOCK_SH );
	flock( $door, LOCK_UN );
}

/** One line for the request, where the tests switched this on; never a secret or a text. */
function withcare_note_the_request( string $path ): void {
	$sandbox = getenv( 'WITHCARE_SANDBOX' );
	if ( !file_exists( "$sandbox/log-requests" ) ) {
		return;
	}
	// A list of what may be noted: of what may not, one name would always be missing.
	$noted = array_flip( [
		'action', 'assert', 'assertuser', 'baserevid', 'basetimestamp', 'bot', 'continue',
		'createonly', 'curtimestamp', 'diff', 'format', 'from', 'fromrev', 'generator', 'hide',
		'ids', 'list', 'maxlag', 'meta', 'nocreate', 'oldid', 'pageid', 'pageids', 'prop',
		'recreate', 'rclimit', 'rcstart', 'revids', 'suppress', 'tags', 'target', 'title',
		'titles', 'torev', 'type', 'undo',
	] );
	$line = json_encode( [
		'at' => microtime( true ),
		'method' => $_SERVER['REQUEST_METHOD'],
		'path' => $path,
		'params' => (object)array_filter( array_intersect_key( $_POST + $_GET, $noted ), 'is_string' ),
	], JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE );
	file_put_contents( "$sandbox/requests.log", "$line\n", FILE_APPEND | LOCK_EX );
}

/** The entry point of MediaWiki that answers this path, or null. */
function withcare_entry_point( string $path ): ?string {
	if ( $path === '/' || str_starts_with( $path, '/wiki/' ) || $path === '/wiki' ) {
		return 'index.php';
	}
	$entries = 'api|index|load|opensearch_desc|rest|thumb';
	return preg_match( "#^/(($entries)\\.php)(/|$)#", $path, $found ) ? $found[1] : null;
}

/** The file that answers this path, or null; none outside the folders meant for it. */
function withcare_file( string $path ): ?string {
	$tree = getenv( 'MW_INSTALL_PATH' );
	$extensions = is_dir( "$tree/extensions-core" ) ? 'extensions-core' : 'extensions';
	$folders = [
		'images' => getenv( 'WITHCARE_SANDBOX' ) . '/uploads',
		'resources' => "$tree/resources",
		'skins' => "$tree/skins",
		'extensions' => "$tree/$extensions",
	];
	[ , $first, $rest ] = explode( '/', $path, 3 ) + [ '', '', '' ];
	$folder = realpath( $folders[$first] ?? '' );
	$file = realpath( ( $folders[$first] ?? '' ) . "/$rest" );
	$inside = isset( $folders[$first] ) && $file && str_starts_with( $file, "$folder/" );
	return $inside && is_file( $file ) && !str_ends_with( $file, '.php' ) ? $file : null;
}

function withcare_send( string $file ): void {
	$types = [
		'css' => 'text/css', 'gif' => 'image/gif', 'ico' => 'image/vnd.microsoft.icon',
		'jpeg' => 'image/jpeg', 'jpg' => 'image/jpeg', 'js' => 'text/javascript',
		'json' => 'application/json', 'png' => 'image/png', 'svg' => 'image/svg+xml',
		'ttf' => 'font/ttf', 'txt' => 'text/plain', 'webp' => 'image/webp',
		'woff' => 'font/woff', 'woff2' => 'font/woff2',
	];
	$ending = strtolower( pathinfo( $file, PATHINFO_EXTENSION ) );
	header( 'Content-Type: ' . ( $types[$ending] ?? 'application/octet-stream' ) );
	header( 'Content-Length: ' . filesize( $file ) );
	readfile( $file );
}

$withcarePath = rawurldecode( parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) ?: '/' );
withcare_join_the_requests();
withcare_note_the_request( $withcarePath );
$withcareEntry = withcare_entry_point( $withcarePath );
if ( $withcareEntry === null ) {
	$withcareFile = withcare_file( $withcarePath );
	if ( $withcareFile !== null ) {
		withcare_send( $withcareFile );
	} else {
		http_response_code( 404 );
		header( 'Content-Type: text/plain' );
		echo "Not found.\n";
	}
	return;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = "/$withcareEntry";
$_SERVER['SCRIPT_FILENAME'] = getenv( 'MW_INSTALL_PATH' ) . "/$withcareEntry";
unset( $_SERVER['PATH_INFO'], $_SERVER['ORIG_PATH_INFO'] );
// MediaWiki expects to be started at the top level, where its settings become globals.
require $_SERVER['SCRIPT_FILENAME'];
