//! Writing and sweeping the requests log.

use sahod_model::Request;

use crate::{
    Scope, Store,
    engine::{params, statements},
    error::StoreError,
    requests,
};

statements! {
    INSERT_REQUEST = "INSERT INTO requests
        (scope, at, id, method, route, path, status, error_code, duration_us, api_key_id, scope_status)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    SWEEP_REQUESTS = "DELETE FROM requests WHERE (scope, at, id) IN
        (SELECT scope, at, id FROM requests WHERE scope = $1 AND at < $2 ORDER BY at, id LIMIT $3)";
}

impl Store {
    /// Inserts what was called, each in the scope that it was called in.
    pub async fn insert_requests(&self, requests: &[(Scope, Request)]) -> Result<(), StoreError> {
        if requests.is_empty() {
            return Ok(());
        }
        let rows = requests.iter().map(|(scope, request)| requests::row(scope.number(), request)).collect();
        self.log().insert(INSERT_REQUEST, rows).await
    }

    /// Deletes up to `limit` requests of a scope that are older than they are kept; how many it were.
    pub async fn sweep_requests(&self, scope: i64, limit: u16) -> Result<u64, StoreError> {
        let params = params![scope, self.ended_before(requests::LIFETIME), i64::from(limit)];
        self.log().write(SWEEP_REQUESTS, params).await
    }
}
