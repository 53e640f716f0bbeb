//! `/users/{id}/steps` and `/funnel`

use axum::extract::{RawQuery, State};
use sahod_app::Funnel;
use sahod_model::{
    AccountErrorCode, Date, ProviderId, SessionStep, Step, StepId, Timestamp, TokenId, UserId,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    envelope::Reply,
    error::ApiError,
    list::NoFilter,
    nouns::{Call, Shown},
    openapi::{Endpoints, Operation, Param, Value},
    params::Params,
    state::{Authenticated, Surface},
};

/// Days that a funnel is made of when the caller does not say.
const DEFAULT_DAYS: i64 = 30;
/// Days that a funnel is made of at most.
const MAX_DAYS: i64 = 92;

pub(super) fn endpoints() -> Endpoints {
    const START: Param = Param::new(
        "startDate",
        Value::Date,
        "Only sessions that were opened on this day or later; 30 days up to `endDate` when it is left \
         out.",
    );
    const END: Param = Param::new(
        "endDate",
        Value::Date,
        "Only sessions that were opened on this day or earlier; today when it is left out.",
    );
    Endpoints::new("Steps", "How far people come at the widget, and where they give up.")
        .list_within(
            "/users/{id}/steps",
            Operation::new("list-user-steps", "List a user's steps at the widget")
                .about("Of all sessions, newest first. At most some 500 of a session are kept."),
            |call, user, NoFilter, page| async move {
                call.app.people.list_steps(&call.acting, &user, &page).await
            },
        )
        .get(
            "/funnel",
            funnel,
            Operation::new("get-funnel", "Count how far people come")
                .about(
                    "Of the sessions that were opened in a span of at most 92 days: how many came to each \
                     step, however often, and how many failed with each code.",
                )
                .query(&[START, END])
                .one::<FunnelWire>(),
        )
}

/// A step of a person at the widget.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Step")]
pub struct StepWire<'a> {
    /// The step's id.
    id: &'a StepId,
    /// When it was taken.
    created_at: Timestamp,
    /// The session, by the id of the link token that it was opened with.
    session_id: &'a TokenId,
    /// Whose session it is.
    user_id: &'a UserId,
    /// Which step.
    step: Step,
    /// At which provider; null where it is about none.
    provider_id: Option<&'a ProviderId>,
    /// Why it failed; null in every other step than `FAILED`.
    error_code: Option<AccountErrorCode>,
}

impl<'a> From<&'a SessionStep> for StepWire<'a> {
    fn from(step: &'a SessionStep) -> Self {
        Self {
            id: &step.id,
            created_at: step.created_at,
            session_id: &step.session_id,
            user_id: &step.user_id,
            step: step.step,
            provider_id: step.provider_id.as_ref(),
            error_code: step.error_code,
        }
    }
}

impl Shown for SessionStep {
    type Wire<'a> = StepWire<'a>;

    fn show(&self, _: &Call) -> Result<StepWire<'_>, ApiError> {
        Ok(self.into())
    }
}

/// How far the sessions of a span came.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Funnel")]
struct FunnelWire {
    /// The first day on which they were opened.
    start_date: Date,
    /// The last day on which they were opened.
    end_date: Date,
    /// Every step, in the order in which people usually take them.
    steps: Vec<StepCount>,
    /// The codes with which something failed.
    failures: Vec<FailureCount>,
}

/// In how many sessions a step was taken.
#[derive(Debug, Serialize, JsonSchema)]
struct StepCount {
    /// The step.
    step: Step,
    /// In how many sessions it was taken at least once.
    sessions: u64,
}

/// In how many sessions something failed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FailureCount {
    /// With which code.
    error_code: AccountErrorCode,
    /// In how many sessions at least once.
    sessions: u64,
}

impl FunnelWire {
    fn new((start_date, end_date): (Date, Date), funnel: Funnel) -> Self {
        let sessions = |step: &Step| {
            funnel.steps.iter().find(|(found, _)| found == step).map_or(0, |(_, sessions)| *sessions)
        };
        let steps =
            Step::ALL.iter().map(|step| StepCount { step: *step, sessions: sessions(step) }).collect();
        let failures = funnel.failures.into_iter();
        let failures = failures.map(|(error_code, sessions)| FailureCount { error_code, sessions }).collect();
        Self { start_date, end_date, steps, failures }
    }
}

/// `GET /funnel`
async fn funnel(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let mut params = Params::parse(query.as_deref());
    let (start, end) = params.span(("startDate", "endDate"), Params::date);
    let now = surface.app.requests.tenant_now(&acting)?;
    let end = end.unwrap_or_else(|| now.date());
    let start = start.unwrap_or_else(|| end.plus_days(1 - DEFAULT_DAYS));
    if end.days_since(start) >= MAX_DAYS {
        params.fault("startDate", format!("must be less than {MAX_DAYS} days before endDate"));
    }
    params.finish()?;
    let funnel = surface.app.people.funnel(&acting, start, end).await?;
    Reply::object(&FunnelWire::new((start, end), funnel))
}
