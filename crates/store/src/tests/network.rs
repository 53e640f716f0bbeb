use std::time::Duration;

use sahod_model::{Account, Clock as _, ConnectionStatus, Date, Mode};

use super::provider;
use crate::{
    Scope,
    testing::{TestStore, each_store},
};

const LOGIN: &str = "gpalomero1234@smileapi.io";

impl TestStore {
    /// A connected account of a new user, which others may recognise.
    async fn shared_account(&self, scope: &Scope, login: &str) -> Account {
        let user = self.user(scope).await;
        let (account, _) = self.account(scope, &user, login).await;
        let mut tx = self.store.begin().await.unwrap();
        let mut scoped = tx.scoped(scope);
        scoped.update_account_network(&account.id, Some((&provider(), login))).await.unwrap();
        let now = self.clock.now();
        scoped.update_account_status(&account.id, ConnectionStatus::Connected, None, now).await.unwrap();
        tx.commit().await.unwrap();
        account
    }

    async fn sharing_tenant(&self, id: &str, mode: Mode) -> Scope {
        let scope = self.tenant(id, mode).await;
        assert!(self.store.update_shares_links(scope.tenant(), true).await.unwrap());
        scope
    }

    async fn days(&self, scope: &Scope, account: &Account) -> Option<Vec<Date>> {
        let mut days = self.store.linked_elsewhere(scope, &account.id).await.unwrap()?;
        days.sort_unstable();
        Some(days)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_is_recognised_by_its_first_link_with_each_other_tenant() {
    each_store(async |test| {
        let [acme, globex, initech] = [
            test.sharing_tenant("acme", Mode::Sandbox).await,
            test.sharing_tenant("globex", Mode::Sandbox).await,
            test.sharing_tenant("initech", Mode::Sandbox).await,
        ];
        let first = test.clock.now().date();
        test.shared_account(&globex, LOGIN).await;
        test.clock.advance(Duration::from_hours(24 * 3));
        test.shared_account(&globex, LOGIN).await;
        test.shared_account(&initech, LOGIN).await;
        test.shared_account(&initech, "somebody else").await;
        // The tenant's own do not count, in neither mode.
        test.shared_account(&acme, LOGIN).await;
        let own = test.shared_account(&acme, LOGIN).await;
        assert_eq!(test.days(&acme, &own).await, Some(vec![first, first.plus_days(3)]));
        assert_eq!(test.days(&globex, &own).await, None, "of the tenant's own accounts only");

        let alone = test.shared_account(&acme, "nobody else").await;
        assert_eq!(test.days(&acme, &alone).await, Some(vec![]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_recognised_without_both_tenants_saying_so() {
    each_store(async |test| {
        let acme = test.sharing_tenant("acme", Mode::Sandbox).await;
        let own = test.shared_account(&acme, LOGIN).await;
        let silent = test.tenant("silent", Mode::Sandbox).await;
        let theirs = test.shared_account(&silent, LOGIN).await;
        assert!(!test.store.scoped(&silent).shares_links().await.unwrap(), "off unless switched on");
        assert_eq!(test.days(&acme, &own).await, Some(vec![]));
        assert_eq!(test.days(&silent, &theirs).await, None);

        let production = test.store.scope(acme.tenant(), Mode::Production).await.unwrap().unwrap();
        let globex = test.sharing_tenant("globex", Mode::Production).await;
        test.shared_account(&globex, LOGIN).await;
        test.shared_account(&production, LOGIN).await;
        assert_eq!(test.days(&acme, &own).await, Some(vec![]), "modes do not mix");

        // An account that a tenant has not asked to share says nothing to it.
        let user = test.user(&acme).await;
        let (unasked, _) = test.account(&acme, &user, LOGIN).await;
        assert_eq!(test.days(&acme, &unasked).await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_revoked_unfinished_or_no_longer_shared_does_not_count() {
    each_store(async |test| {
        let acme = test.sharing_tenant("acme", Mode::Sandbox).await;
        let globex = test.sharing_tenant("globex", Mode::Sandbox).await;
        let own = test.shared_account(&acme, LOGIN).await;
        let theirs = test.shared_account(&globex, LOGIN).await;
        let today = test.clock.now().date();
        assert_eq!(test.days(&acme, &own).await, Some(vec![today]));

        // Switched off and on again, it is forgotten; what others know of others is not.
        assert!(test.store.update_shares_links(globex.tenant(), false).await.unwrap());
        assert_eq!(test.days(&acme, &own).await, Some(vec![]));
        assert!(test.store.update_shares_links(globex.tenant(), true).await.unwrap());
        assert_eq!(test.days(&acme, &own).await, Some(vec![]));
        assert_eq!(test.days(&globex, &theirs).await, None);
        let theirs = test.shared_account(&globex, LOGIN).await;
        assert_eq!(test.days(&acme, &own).await, Some(vec![today]));

        for (status, counts) in [
            (ConnectionStatus::Pending, false),
            (ConnectionStatus::Error, false),
            (ConnectionStatus::Connected, true),
            (ConnectionStatus::Disconnected, false),
        ] {
            let mut tx = test.store.begin().await.unwrap();
            let now = test.clock.now();
            let changed = tx.scoped(&globex).update_account_status(&theirs.id, status, None, now).await;
            assert!(changed.unwrap());
            tx.commit().await.unwrap();
            let days = if counts { vec![today] } else { vec![] };
            assert_eq!(test.days(&acme, &own).await, Some(days), "{status:?}");
        }
        // One that was revoked is not shared anew, and one's own is forgotten with its login.
        let mut tx = test.store.begin().await.unwrap();
        tx.scoped(&globex).update_account_network(&theirs.id, Some((&provider(), LOGIN))).await.unwrap();
        tx.scoped(&acme).clear_login(&own.id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(test.days(&acme, &own).await, None);
        assert_eq!(test.days(&globex, &theirs).await, None);

        let nobody = "nobody".parse().unwrap();
        assert!(!test.store.update_shares_links(&nobody, true).await.unwrap(), "there is no such tenant");
    })
    .await;
}
