use std::{borrow::Cow, time::Duration};

use sahod_model::{ApiKeyId, Clock as _, Mode, Request, RequestId};

use crate::{
    PageRequest, RequestFilter, Scope,
    testing::{TestStore, each_store},
};

const DAY: Duration = Duration::from_hours(24);

fn request(test: &TestStore, method: &'static str, status: u16) -> Request {
    Request {
        id: RequestId::new(&*test.clock, &*test.random),
        at: test.clock.now(),
        method: Cow::Borrowed(method),
        route: "/v1/users/{id}".to_owned(),
        path: "/v1/users/{id}".to_owned(),
        status,
        error_code: (status >= 400).then_some(Cow::Borrowed("MISSING_RESOURCE")),
        duration_us: 1_250,
        api_key: ApiKeyId::new(&*test.clock, &*test.random),
    }
}

/// The statuses of a list, page by page.
async fn statuses(test: &TestStore, scope: &Scope, filter: &RequestFilter) -> Vec<u16> {
    let (mut found, mut page) = (Vec::new(), PageRequest::first(2));
    loop {
        let listed = test.store.scoped(scope).list_requests(filter, &page).await.unwrap();
        found.extend(listed.items.iter().map(|request| request.status));
        let Some(next) = listed.next else { return found };
        page.after = Some(next);
    }
}

#[tokio::test]
async fn requests_are_listed_newest_first_and_filtered() {
    each_store(async |test| {
        let acme = test.tenant("acme", Mode::Sandbox).await;
        let beta = test.tenant("beta", Mode::Sandbox).await;
        let mut all = Vec::new();
        for (method, status) in [("GET", 200), ("POST", 201), ("GET", 404), ("GET", 404), ("DELETE", 404)] {
            all.push((acme.clone(), request(test, method, status)));
            all.push((beta.clone(), request(test, "GET", 500)));
            test.clock.advance(DAY);
        }
        test.store.insert_requests(&all).await.unwrap();
        test.store.insert_requests(&[]).await.unwrap();

        let any = RequestFilter::default();
        assert_eq!(statuses(test, &acme, &any).await, [404, 404, 404, 201, 200]);
        assert_eq!(statuses(test, &beta, &any).await, [500; 5]);
        let (first, fourth) = (all[0].1.at, all[6].1.at);
        for (filter, found) in [
            (RequestFilter { method: Some("GET"), ..any.clone() }, &[404, 404, 200][..]),
            (RequestFilter { status: Some(404), ..any.clone() }, &[404, 404, 404]),
            (RequestFilter { status: Some(404), method: Some("DELETE"), ..any.clone() }, &[404]),
            (RequestFilter { status: Some(500), ..any.clone() }, &[]),
            // The usual status has no index.
            (RequestFilter { status: Some(200), ..any.clone() }, &[200]),
            (RequestFilter { status: Some(201), ..any.clone() }, &[201]),
            (RequestFilter { to: Some(first), ..any.clone() }, &[200]),
            (RequestFilter { status: Some(404), to: Some(fourth), ..any.clone() }, &[404, 404]),
            (RequestFilter { from: Some(fourth), ..any.clone() }, &[404, 404]),
        ] {
            assert_eq!(statuses(test, &acme, &filter).await, found, "{filter:?}");
        }

        let (_, one) = &all[2];
        assert_eq!(test.store.scoped(&acme).get_request(one.id).await.unwrap().as_ref(), Some(one));
        assert_eq!(test.store.scoped(&beta).get_request(one.id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn requests_are_kept_for_thirty_days() {
    each_store(async |test| {
        let scope = test.tenant("acme", Mode::Production).await;
        let old: Vec<_> = (0..5).map(|_| (scope.clone(), request(test, "GET", 200))).collect();
        test.store.insert_requests(&old).await.unwrap();
        test.clock.advance(DAY * 29);
        test.store.insert_requests(&[(scope.clone(), request(test, "GET", 201))]).await.unwrap();
        assert!(test.store.scope_numbers().await.unwrap().contains(&scope.number()));
        assert_eq!(test.store.sweep_requests(scope.number(), 2).await.unwrap(), 0);
        test.clock.advance(DAY + Duration::from_secs(1));
        assert_eq!(test.store.sweep_requests(scope.number() + 2, 2).await.unwrap(), 0);
        for deleted in [2, 2, 1, 0] {
            assert_eq!(test.store.sweep_requests(scope.number(), 2).await.unwrap(), deleted);
        }
        assert_eq!(statuses(test, &scope, &RequestFilter::default()).await, [201]);
    })
    .await;
}
