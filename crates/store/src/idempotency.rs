//! Idempotency keys: a request that has one is carried out once, and its first answer is given to every repeat.
//!
//! Keys and requests are kept as keyed hashes, answers sealed under a key of their day, which is destroyed when they have
//! ended: then no backup can be asked for them either. They are sealed under the keys that carrying the request out took as well, so
//! that an answer is gone with whatever it tells of.

use std::time::Duration;

use sahod_model::{Date, Timestamp};
use sahod_vault::{Aad, DataKey, KeySet, KeysUsed, VaultError, keyed_hash};

use crate::{
    Store,
    engine::{Row, params, statements},
    error::{StoreError, corrupt},
    scope::{Scoped, ScopedTx},
    sealing::FIRST_ANSWER,
};

/// How long an answer is given to repeats at least.
pub const LIFETIME: Duration = Duration::from_hours(25);

statements! {
    /// Makes the key the holder's when nobody has it, or its holder's lease has ended without an answer.
    CLAIM_KEY = "INSERT INTO idempotency_keys (scope, key_hash, created_at, request_hash, holder, lease_until)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (scope, key_hash) DO UPDATE SET created_at = excluded.created_at,
            request_hash = excluded.request_hash, holder = excluded.holder, lease_until = excluded.lease_until
            WHERE idempotency_keys.status IS NULL AND idempotency_keys.lease_until <= excluded.created_at
        RETURNING scope";
    GET_KEY = "SELECT request_hash, status, request_id, sealed_with, answer FROM idempotency_keys
        WHERE scope = $1 AND key_hash = $2";
    UPDATE_ANSWER = "UPDATE idempotency_keys SET status = $1, request_id = $2, sealed_with = $3, answer = $4
        WHERE scope = $5 AND key_hash = $6 AND holder = $7 AND status IS NULL";
    RELEASE_KEY = "DELETE FROM idempotency_keys WHERE scope = $1 AND key_hash = $2 AND holder = $3 AND status IS NULL";
}

/// A request with an idempotency key.
#[derive(Clone, Copy, Debug)]
pub struct IdempotentRequest<'a> {
    /// The idempotency key.
    pub key: &'a str,
    /// Everything that makes it this request: other bytes, another request.
    pub request: &'a [u8],
}

/// The answer that a request was given first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstAnswer {
    /// Its HTTP status.
    pub status: u16,
    /// The id of the request that it answered.
    pub request_id: String,
    /// Its body.
    pub body: Vec<u8>,
}

/// The right to carry a request out; whoever has it must end it with an answer or release it.
#[derive(Clone, Debug)]
pub struct Claim {
    key_hash: [u8; 32],
    holder: [u8; 16],
    day_key: KeySet,
}

/// What became of a try to carry a request out.
#[derive(Debug)]
pub enum Claimed {
    /// It is the caller's to carry out.
    Mine(Claim),
    /// Somebody is at it.
    Running,
    /// It was carried out.
    Answered(FirstAnswer),
    /// It was carried out, and what its answer told of was revoked or deleted since.
    Gone,
    /// The key names a different request.
    OtherRequest,
}

struct Kept {
    request_hash: [u8; 32],
    answer: Option<(u16, String, String, Vec<u8>)>,
}

fn read(row: Row<'_>) -> Result<Kept, StoreError> {
    let answer = match row.opt_int(1)? {
        None => None,
        Some(status) => Some((
            u16::try_from(status).map_err(corrupt)?,
            row.text(2)?.to_owned(),
            row.text(3)?.to_owned(),
            row.blob(4)?.to_vec(),
        )),
    };
    Ok(Kept { request_hash: row.bytes(0)?, answer })
}

/// Under which id the key of a day's answers is.
pub(crate) fn day_key_id(day: Date) -> String {
    format!("answers-{day}")
}

const fn aad(scope: i64, request_id: &str) -> Aad<'_> {
    Aad { scope, kind: FIRST_ANSWER, id: request_id }
}

impl Store {
    async fn day_key(&self, now: Timestamp) -> Result<(String, DataKey), StoreError> {
        let id = day_key_id(now.date());
        if let Some(key) = self.vault().key(&id).await? {
            return Ok((id, key));
        }
        match self.vault().create_key(&id).await {
            Ok(key) => Ok((id, key)),
            // Another node was quicker.
            Err(VaultError::Exists) => {
                let key = self.vault().key(&id).await?;
                key.map(|key| (id, key))
                    .ok_or_else(|| StoreError::Internal("the key of this day's answers is gone".to_owned()))
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl Scoped<'_> {
    /// Claims the right to carry a request out, for as long as `lease`: after it anybody else may, and the answer of
    /// whoever is too late is refused.
    pub async fn claim_idempotency_key(
        &self,
        idempotent: &IdempotentRequest<'_>,
        lease: Duration,
    ) -> Result<Claimed, StoreError> {
        let (store, scope) = (self.store, self.scope.number());
        let now = store.0.clock.now();
        let (key_hash, request_hash) =
            (hash(store, idempotent.key.as_bytes()), hash(store, idempotent.request));
        // Before the row: within the transaction of the answer there must be no waiting for a key.
        let (day, sealing) = store.day_key(now).await?;
        let day_key = KeySet::new(&day, sealing);
        let claim = Claim { key_hash, holder: store.0.random.array(), day_key };
        // A holder that gives up between the two statements leaves no row: then it is tried again, a few times at most.
        for _ in 0..3 {
            let params = params![scope, key_hash, now, request_hash, claim.holder, now.plus(lease)];
            let mine = store.data().write_fold(CLAIM_KEY, params, false, |mine, _| {
                *mine = true;
                Ok(())
            });
            if mine.await? {
                return Ok(Claimed::Mine(claim));
            }
            let kept = store.data().query_opt(GET_KEY, params![scope, key_hash], read).await?;
            let Some(kept) = kept else { continue };
            if kept.request_hash != request_hash {
                return Ok(Claimed::OtherRequest);
            }
            let Some((status, request_id, sealed_with, answer)) = kept.answer else {
                return Ok(Claimed::Running);
            };
            let Some(keys) = store.key_sets_now(&[sealed_with.as_str()]).await?.pop().flatten() else {
                return Ok(Claimed::Gone);
            };
            let body = keys.open(&aad(scope, &request_id), &answer)?;
            return Ok(Claimed::Answered(FirstAnswer { status, request_id, body }));
        }
        Ok(Claimed::Running)
    }

    /// Gives a claim up: the next try may carry the request out. Does nothing when the claim was lost or has an answer.
    pub async fn release_idempotency_key(&self, claim: &Claim) -> Result<(), StoreError> {
        let params = params![self.scope.number(), claim.key_hash, claim.holder];
        self.store.data().write(RELEASE_KEY, params).await.map(|_| ())
    }
}

impl ScopedTx<'_> {
    /// Writes the answer of a claimed request, in the transaction of what the request changed. `used`: the keys that it took to
    /// carry it out. `false` when the claim was lost: somebody else carries the request out, and this transaction must not be
    /// committed.
    pub async fn update_first_answer(
        &mut self,
        claim: &Claim,
        answer: &FirstAnswer,
        used: KeysUsed,
    ) -> Result<bool, StoreError> {
        let scope = self.scope.number();
        let keys = claim.day_key.clone().and(used);
        let sealed = keys.seal(self.tx.random(), &aad(scope, &answer.request_id), &answer.body);
        let params = params![
            i64::from(answer.status),
            answer.request_id.as_str(),
            keys.ids(),
            sealed,
            scope,
            claim.key_hash,
            claim.holder,
        ];
        Ok(self.tx.execute(UPDATE_ANSWER, params).await? > 0)
    }
}

/// Keyed, so that neither a key nor a guessable body can be found out by trying.
fn hash(store: &Store, bytes: &[u8]) -> [u8; 32] {
    keyed_hash(&store.0.retry_key, bytes)
}
