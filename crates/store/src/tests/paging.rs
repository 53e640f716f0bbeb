use sahod_model::{Datapoint, Mode, SourceId};

use crate::{PageRequest, testing::each_store};

#[tokio::test]
async fn every_list_pages_newest_first() {
    use crate::{AccountFilter, TaskFilter, UserFilter};
    use sahod_model::{Clock as _, Task, TaskId, TaskStatus, TaskType};

    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Sandbox).await;
        let scoped = test.store.scoped(&scope);
        let (mut users, mut accounts, mut tasks) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..7 {
            // Some at the same moment.
            test.clock.advance(std::time::Duration::from_micros(number % 2));
            let user = test.user(&scope).await;
            let (account, _) = test.account(&scope, &user, "x").await;
            let task = Task {
                id: TaskId::new(&*test.clock, &*test.random),
                task_type: TaskType::LinkAccount,
                user_id: user.clone(),
                source_id: SourceId::from(&account.id),
                provider_id: account.provider_id.clone(),
                started_at: test.clock.now(),
                finished_at: None,
                outcome: None,
                error_code: None,
                datapoints: vec![Datapoint::Incomes, Datapoint::Ratings],
            };
            let mut tx = test.store.begin().await.unwrap();
            tx.scoped(&scope).insert_task(&task).await.unwrap();
            tx.commit().await.unwrap();
            users.push(user);
            accounts.push(account);
            tasks.push(task);
        }
        let mut request = PageRequest::first(3);
        let (mut seen_users, mut seen_accounts, mut seen_tasks) = (vec![], vec![], vec![]);
        loop {
            let page = scoped.list_users(&UserFilter::default(), &request).await.unwrap();
            seen_users.extend(page.items);
            request.after = page.next;
            if request.after.is_none() {
                break;
            }
        }
        loop {
            let page = scoped.list_accounts(&AccountFilter::default(), &request).await.unwrap();
            seen_accounts.extend(page.items);
            request.after = page.next;
            if request.after.is_none() {
                break;
            }
        }
        loop {
            let page = scoped.list_tasks(&TaskFilter::default(), &request).await.unwrap();
            seen_tasks.extend(page.items);
            request.after = page.next;
            if request.after.is_none() {
                break;
            }
        }
        assert!(seen_users.is_sorted_by_key(|user| std::cmp::Reverse((user.created_at, user.id.clone()))));
        assert!(seen_accounts.is_sorted_by_key(|row| std::cmp::Reverse((row.created_at, row.id.clone()))));
        assert!(seen_tasks.is_sorted_by_key(|row| std::cmp::Reverse((row.started_at, row.id.clone()))));
        assert_eq!((seen_users.len(), seen_accounts.len(), seen_tasks.len()), (7, 7, 7));

        let all = PageRequest::first(150);
        let filter = TaskFilter { user_id: Some(users[0].clone()), ..TaskFilter::default() };
        assert_eq!(scoped.list_tasks(&filter, &all).await.unwrap().items, [tasks[0].clone()]);
        let filter = TaskFilter { source_id: Some(tasks[1].source_id.clone()), ..filter };
        assert!(scoped.list_tasks(&filter, &all).await.unwrap().items.is_empty(), "both filters hold");
        let filter = TaskFilter { user_id: None, ..filter };
        assert_eq!(scoped.list_tasks(&filter, &all).await.unwrap().items, [tasks[1].clone()]);
        let filter = TaskFilter { to: Some(tasks[0].started_at), ..TaskFilter::default() };
        assert!(!scoped.list_tasks(&filter, &all).await.unwrap().items.is_empty());

        let mut tx = test.store.begin().await.unwrap();
        let (id, now) = (&tasks[2].id, test.clock.now());
        let found = [Datapoint::Identities];
        assert_eq!(tx.scoped(&scope).running_tasks(&tasks[2].source_id).await.unwrap(), [tasks[2].clone()]);
        assert!(tx.scoped(&scope).finish_task(id, TaskStatus::Succeeded, None, &found, now).await.unwrap());
        assert!(!tx.scoped(&scope).finish_task(id, TaskStatus::Failed, None, &[], now).await.unwrap());
        let disconnected = sahod_model::ConnectionStatus::Disconnected;
        let revoked = &accounts[3].id;
        assert!(tx.scoped(&scope).update_account_status(revoked, disconnected, None, now).await.unwrap());
        assert!(!tx.scoped(&scope).update_account_status(revoked, disconnected, None, now).await.unwrap());
        tx.commit().await.unwrap();
        let task = scoped.get_task(id).await.unwrap().unwrap();
        assert_eq!((task.outcome, task.datapoints), (Some(TaskStatus::Succeeded), found.to_vec()));
        assert_eq!(scoped.latest_task(&tasks[2].source_id).await.unwrap().unwrap().finished_at, Some(now));

        let filter = AccountFilter { exclude_disconnected: true, ..AccountFilter::default() };
        assert_eq!(scoped.list_accounts(&filter, &all).await.unwrap().items.len(), 6);
        let filter = AccountFilter { user_id: Some(users[4].clone()), ..filter };
        assert_eq!(scoped.list_accounts(&filter, &all).await.unwrap().items, [accounts[4].clone()]);

        let later = test.clock.now().plus(std::time::Duration::from_secs(1));
        assert_eq!(test.store.unfinished_accounts(later).await.unwrap().len(), 6);
        assert_eq!(test.store.unfinished_tasks(later).await.unwrap().len(), 6);
        let before = accounts[0].updated_at;
        assert!(test.store.unfinished_accounts(before).await.unwrap().is_empty());
    })
    .await;
}
