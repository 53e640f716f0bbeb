use std::time::Duration;

use sahod_model::{ApiKeyId, Clock as _, Mode, Right, Rights, TokenId, WinkTemplateId};

use crate::{NewApiKey, NewLinkToken, testing::each_store};

/// Undoes every migration but the first.
const BEFORE_RIGHTS: &str = "
    DROP INDEX link_tokens_by_end; DROP INDEX steps_failed; DROP INDEX tasks_unfinished; DROP INDEX accounts_unfinished;
    ALTER TABLE archives DROP COLUMN size;
    ALTER TABLE tasks DROP COLUMN began_at;
    ALTER TABLE accounts DROP COLUMN link_attempt; ALTER TABLE accounts DROP COLUMN link_attempt_at;
    CREATE INDEX accounts_unfinished ON accounts (updated_at) WHERE status IN ('PENDING', 'AWAITING_MFA');
    CREATE INDEX tasks_unfinished ON tasks (started_at) WHERE finished_at IS NULL;
    DROP TABLE installation; DROP TABLE link_leases;
    DROP INDEX users_erased; ALTER TABLE users DROP COLUMN erased_at;
    ALTER TABLE jobs DROP COLUMN lost;
    ALTER TABLE api_keys DROP COLUMN rights;
    UPDATE schema_version SET version = 1";

#[tokio::test]
async fn link_tokens_are_swept_long_after_their_end() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let user = test.user(&scope).await;
        let mut tx = test.store.begin().await.unwrap();
        for days in [1, 2, 40] {
            let token = NewLinkToken {
                id: TokenId::new(&*test.clock, &*test.random),
                user_id: user.clone(),
                created_at: test.clock.now(),
                expires_at: test.clock.now().plus(Duration::from_hours(24 * days)),
            };
            tx.scoped(&scope).insert_link_token(&token).await.unwrap();
        }
        tx.commit().await.unwrap();
        test.clock.advance(Duration::from_hours(30 * 24));
        assert_eq!(
            test.store.sweep_link_tokens(10).await.unwrap(),
            0,
            "a page that was left open is still shown"
        );
        test.clock.advance(Duration::from_hours(3 * 24));
        assert_eq!(test.store.sweep_link_tokens(1).await.unwrap(), 1);
        assert_eq!(test.store.sweep_link_tokens(10).await.unwrap(), 1);
        assert_eq!(test.store.sweep_link_tokens(10).await.unwrap(), 0, "one is still good");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_token_is_redeemed_once() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let user = test.user(&scope).await;
        let token = NewLinkToken {
            id: TokenId::new(&*test.clock, &*test.random),
            user_id: user.clone(),
            created_at: test.clock.now(),
            expires_at: test.clock.now().plus(Duration::from_secs(100)),
        };
        let late = NewLinkToken { id: TokenId::new(&*test.clock, &*test.random), ..token.clone() };
        let mut tx = test.store.begin().await.unwrap();
        tx.scoped(&scope).insert_link_token(&token).await.unwrap();
        tx.scoped(&scope).insert_link_token(&late).await.unwrap();
        tx.commit().await.unwrap();

        let now = test.clock.now();
        let template = WinkTemplateId::new(&*test.clock, &*test.random);
        let redeem = |number| test.store.redeem_link_token(&token.id, [number; 32], Some(&template), now);
        let tries = (0..16).map(redeem);
        let results = futures_util::future::join_all(tries).await;
        let sessions: Vec<_> = results
            .into_iter()
            .zip(0..)
            .filter_map(|(session, number)| session.unwrap().map(|session| (session, number)))
            .collect();
        assert_eq!(sessions.len(), 1);
        let (session, number) = &sessions[0];
        assert_eq!(session.wink_template.as_ref(), Some(&template));
        assert_eq!((&session.scope, &session.user_id, &session.token_id), (&scope, &user, &token.id));
        assert_eq!((session.tenant_name.as_str(), session.expires_at), ("Acme Lending", token.expires_at));
        assert_eq!(test.store.link_session([*number; 32], now).await.unwrap().as_ref(), Some(session));
        assert!(test.store.link_session([99; 32], now).await.unwrap().is_none());

        test.clock.advance(Duration::from_secs(100));
        let now = test.clock.now();
        assert!(test.store.link_session([*number; 32], now).await.unwrap().is_none());
        assert!(
            test.store.redeem_link_token(&late.id, [77; 32], None, now).await.unwrap().is_none(),
            "expired"
        );
        let unknown = TokenId::new(&*test.clock, &*test.random);
        assert!(test.store.redeem_link_token(&unknown, [78; 32], None, now).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn an_api_key_leads_to_its_scope() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Production).await;
        let id = ApiKeyId::new(&*test.clock, &*test.random);
        let rights = Rights::NONE.with(Right::Read).with(Right::Webhooks);
        let new = NewApiKey {
            id: &id,
            secret_hash: [7; 32],
            label: "server",
            rights,
            created_at: test.clock.now(),
            expires_at: None,
        };
        test.store.insert_api_key(&scope, &new).await.unwrap();
        let record = test.store.api_key(&id).await.unwrap().unwrap();
        assert_eq!((&record.scope, record.secret_hash, record.rights), (&scope, [7; 32], rights));
        assert!(record.expires_at.is_none() && record.revoked_at.is_none());
        let unknown = ApiKeyId::new(&*test.clock, &*test.random);
        assert!(test.store.api_key(&unknown).await.unwrap().is_none());

        let revoked = test.clock.now();
        test.store.insert_api_key(&scope, &NewApiKey { id: &unknown, ..new }).await.unwrap();
        assert!(test.store.revoke_api_key(&id, revoked).await.unwrap());
        test.clock.advance(std::time::Duration::from_secs(1));
        assert!(test.store.revoke_api_key(&id, test.clock.now()).await.unwrap());
        assert_eq!(
            test.store.api_key(&id).await.unwrap().unwrap().revoked_at,
            Some(revoked),
            "the first time"
        );
        assert!(test.store.api_key(&unknown).await.unwrap().unwrap().revoked_at.is_none());
        let nobody = ApiKeyId::new(&*test.clock, &*test.random);
        assert!(!test.store.revoke_api_key(&nobody, revoked).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn keys_that_were_made_before_there_were_rights_may_do_everything() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let id = ApiKeyId::new(&*test.clock, &*test.random);
        let new = NewApiKey {
            id: &id,
            secret_hash: [7; 32],
            label: "server",
            rights: Rights::NONE.with(Right::Read),
            created_at: test.clock.now(),
            expires_at: None,
        };
        test.store.insert_api_key(&scope, &new).await.unwrap();
        // The schema as it was before them, and before what came later.
        test.execute(BEFORE_RIGHTS).await;
        let migrated = test.reopen().await;
        assert_eq!(migrated.api_key(&id).await.unwrap().unwrap().rights, Rights::ALL);
    })
    .await;
}
