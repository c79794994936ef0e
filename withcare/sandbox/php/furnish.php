<?php
/**
 * Puts accounts, tags and pages into a wiki that was just installed.
 *
 * They come as JSON on standard input: a password on a command line could be read by
 * every account of the machine.
 */
require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

use MediaWiki\MediaWikiServices;
use MediaWiki\Revision\SlotRecord;

class WithcareFurnish extends Maintenance {

	public function execute() {
		$wanted = json_decode( $this->getStdin( self::STDIN_ALL ), true, 512, JSON_THROW_ON_ERROR );
		foreach ( $wanted['tags'] as $tag ) {
			ChangeTags::defineTag( $tag );
		}
		foreach ( $wanted['accounts'] as $account ) {
			$this->openAccount( $account );
		}
		$author = User::newFromName( $wanted['author'] );
		foreach ( $wanted['pages'] as [ $title, $text ] ) {
			$this->savePage( $author, $title, $text );
		}
	}

	private function openAccount( array $account ): void {
		$services = MediaWikiServices::getInstance();
		$user = User::newFromName( $account['user'], 'creatable' );
		if ( !$user ) {
			$this->fatalError( "MediaWiki refuses the name {$account['user']}." );
		}
		if ( !$user->isRegistered() ) {
			$this->expect( $services->getAuthManager()->autoCreateUser(
				$user, MediaWiki\Auth\AuthManager::AUTOCREATE_SOURCE_MAINT, false ) );
			SiteStatsUpdate::factory( [ 'users' => 1 ] )->doUpdate();
		}
		$this->expect( $user->changeAuthenticationData( [
			'username' => $user->getName(),
			'password' => $account['password'],
			'retype' => $account['password'],
		] ) );
		$services->getUserGroupManager()->addUserToMultipleGroups( $user, $account['groups'] );
		$this->addBotPassword( $account );
	}

	private function addBotPassword( array $account ): void {
		$services = MediaWikiServices::getInstance();
		$valid = $services->getGrantsInfo()->getValidGrants();
		$unknown = array_diff( $account['grants'], $valid );
		if ( $unknown ) {
			$this->fatalError( 'Unknown grants: ' . implode( ', ', $unknown ) );
		}
		$botPassword = BotPassword::newUnsaved( [
			'username' => $account['user'],
			'appId' => $account['bot_password_name'],
			'grants' => $account['grants'],
		] );
		$secret = $services->getPasswordFactory()->newFromPlaintext( $account['bot_password'] );
		$this->expect( $botPassword->save( 'insert', $secret ) );
	}

	private function savePage( User $author, string $title, string $text ): void {
		$where = Title::newFromText( $title );
		if ( !$where ) {
			$this->fatalError( "MediaWiki refuses the title $title." );
		}
		$page = MediaWikiServices::getInstance()->getWikiPageFactory()->newFromTitle( $where );
		$update = $page->newPageUpdater( $author );
		$update->setContent( SlotRecord::MAIN, ContentHandler::makeContent( $text, $where ) );
		$summary = CommentStoreComment::newUnsavedComment( 'withcare: set up' );
		$update->saveRevision( $summary, EDIT_FORCE_BOT );
		$this->expect( $update->getStatus() );
	}

	private function expect( Status $status ): void {
		if ( !$status->isOK() ) {
			$this->fatalError( $status->getWikiText( false, false, 'en' ) );
		}
	}
}

$maintClass = WithcareFurnish::class;
require_once RUN_MAINTENANCE_IF_MAIN;
