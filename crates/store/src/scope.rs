//! Scopes: a tenant in one mode, and the handles through which its rows are reached.

use sahod_model::{Clock, Mode, TenantId, Timestamp};

use crate::{
    Store,
    engine::{Row, statements},
    error::{StoreError, corrupt},
    tx::Tx,
};

/// What [`Scope::from_row`] reads of `scopes s`.
macro_rules! columns {
    () => {
        "s.tenant_id, s.mode, s.number, s.clock_shift"
    };
}
pub(crate) use columns;
/// How many columns that are.
pub(crate) const COLUMNS: usize = 4;

statements! {
    GET_SCOPE = concat!("SELECT ", columns!(), " FROM scopes s WHERE s.tenant_id = $1 AND s.mode = $2");
}

pub(crate) const GET: crate::engine::Sql = GET_SCOPE;

/// A tenant in one mode. Only the store makes one, so that whoever holds it was let in by a key, a session or a job.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    tenant: TenantId,
    mode: Mode,
    number: i64,
    clock_shift: i64,
}

impl Scope {
    /// The tenant.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The mode.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// The number that stands for both in every table; safe to keep in a job's payload.
    #[must_use]
    pub const fn number(&self) -> i64 {
        self.number
    }

    /// Whether the tenant's test clock is ahead.
    #[must_use]
    pub const fn is_moved(&self) -> bool {
        self.clock_shift != 0
    }

    /// The present by the tenant's clock, which its test clock may have moved ahead: the time of everything that a tenant
    /// sees. What happens between machines (leases, retries, jobs) goes by `clock` itself.
    #[must_use]
    pub fn now(&self, clock: &dyn Clock) -> Timestamp {
        self.tenant_time(clock.now())
    }

    /// The machine's time at a moment of the tenant's.
    #[must_use]
    pub const fn machine_time(&self, at: Timestamp) -> Timestamp {
        Timestamp::from_micros(at.as_micros().saturating_sub(self.clock_shift))
    }

    /// The tenant's time at a moment of the machine's.
    #[must_use]
    pub const fn tenant_time(&self, at: Timestamp) -> Timestamp {
        Timestamp::from_micros(at.as_micros().saturating_add(self.clock_shift))
    }

    /// From its columns, the first at `index`.
    pub(crate) fn from_row(row: Row<'_>, index: usize) -> Result<Self, StoreError> {
        let name = row.text(index + 1)?;
        let mode = Mode::ALL.into_iter().find(|mode| mode.as_str() == name);
        Ok(Self {
            tenant: row.parsed(index)?,
            mode: mode.ok_or_else(|| corrupt(name))?,
            number: row.int(index + 2)?,
            clock_shift: row.int(index + 3)?,
        })
    }
}

/// Reads of one scope's rows.
#[derive(Clone, Copy)]
pub struct Scoped<'a> {
    pub(crate) store: &'a Store,
    pub(crate) scope: &'a Scope,
}

/// Writes of one scope's rows, within a transaction.
pub struct ScopedTx<'a> {
    pub(crate) tx: &'a mut Tx,
    pub(crate) scope: &'a Scope,
}

impl ScopedTx<'_> {
    /// The scope.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        self.scope
    }
}

impl Store {
    /// Reads of that scope's rows.
    #[must_use]
    pub const fn scoped<'a>(&'a self, scope: &'a Scope) -> Scoped<'a> {
        Scoped { store: self, scope }
    }
}

impl Tx {
    /// Writes of that scope's rows.
    pub const fn scoped<'a>(&'a mut self, scope: &'a Scope) -> ScopedTx<'a> {
        ScopedTx { tx: self, scope }
    }
}
