//! The calls that are recorded, in the order in which they are made: what takes something away stands last. A new
//! operation gets one entry here.

use serde_json::{Value, json};

use super::scene;
use crate::{
    archives, consent_templates::consent_template, invite_templates::invite_template, scenarios::scenario,
    wink_templates::wink_template,
};

/// One call.
#[derive(Clone)]
pub(super) struct Call {
    /// The operation's id.
    pub(super) operation: &'static str,
    /// `{user}` stands for what the scene calls so, `{}` for the id of the newest object of the list before it.
    pub(super) path: &'static str,
    /// What is sent. `{user}` stands for the same.
    pub(super) body: Option<Value>,
}

const fn call(operation: &'static str, path: &'static str) -> Call {
    Call { operation, path, body: None }
}

impl Call {
    fn with(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }
}

pub(super) fn calls() -> Vec<Call> {
    [everyday(), of_the_sandbox()].concat()
}

fn everyday() -> Vec<Call> {
    vec![
        call("list-providers", "/providers?type=GIG&size=1"),
        call("get-provider", "/providers/upwork"),
        call("create-user", "/users").with(json!({ "externalMetadata": { "applicant": "A-1001" } })),
        call("list-users", "/users?size=1"),
        call("get-user", "/users/{user}"),
        call("get-user-session-payload", "/users/{user}/payload"),
        call("list-user-steps", "/users/{user}/steps?size=2"),
        call("get-funnel", "/funnel"),
        call("create-token", "/tokens?userId={user}"),
        call("list-accounts", "/accounts?userId={user}&size=1"),
        call("get-account", "/accounts/{account}"),
        call("get-account-payload", "/accounts/{account}/payload"),
        call("generate-account-export", "/accounts/{account}/exports/generate")
            .with(json!({ "exportExtensionType": "PDF" })),
        call("list-file-types", "/fileTypes?type=PAYSLIP&size=1"),
        call("create-archive", "/archives").with(archives::payslip("{user}", archives::GEORGES)),
        call("create-and-classify-archive", "/archives/classify")
            .with(archives::unknown("{user}", archives::GEORGES)),
        call("upload-payslip-file", "/archives/-/payslips/uploadRawFile").with(archives::raw_payslip("{user}")),
        call("list-archives", "/archives?userId={user}&size=1"),
        call("get-archive", "/archives/{archive}"),
        call("get-archive-payslip-data", "/archives/-/payslips/queryPrediction?archiveId={archive}"),
        call("list-archive-payslip-predictions", "/archives/-/payslips/listPredictions?size=1"),
        call("send-payslip-manual-result", "/archives/-/payslips/sendManualResult").with(json!({
            "archiveId": "{archive}", "validFile": true, "checkedFields": ["netAmount"], "data": { "netAmount": 9255 },
        })),
        call("list-uploads", "/uploads?userId={user}&size=1"),
        call("get-upload", "/uploads/{archive}"),
        call("list-tasks", "/tasks?size=1"),
        call("get-task", "/tasks/{}"),
        call("create-consent-template", "/consentTemplates").with(consent_template("1")),
        call("list-consent-templates", "/consentTemplates?size=1"),
        call("create-invite-template", "/inviteTemplates").with(template()),
        call("list-invite-templates", "/inviteTemplates?size=1"),
        call("get-invite-template", "/inviteTemplates/{}"),
        call("update-invite-template", "/inviteTemplates/{}").with(template()),
        call("create-wink-template", "/winkTemplates").with(wink_template()),
        call("list-wink-templates", "/winkTemplates?size=1"),
        call("get-wink-template", "/winkTemplates/{}"),
        call("update-wink-template", "/winkTemplates/{}").with(wink_template()),
        call("update-origins", "/origins").with(json!({ "origins": ["https://www.example.com"] })),
        call("get-origins", "/origins"),
        call("create-invite", "/invites").with(scene::invite(&json!("{template}"))),
        call("list-invites", "/invites?size=1"),
        call("get-invite", "/invites/{}"),
        call("list-invite-log", "/invites/{}/logs?size=1"),
        call("list-identities", "/identities?userId={user}&size=1"),
        call("get-identity", "/identities/{}"),
        call("list-ratings", "/ratings?userId={user}&size=1"),
        call("get-rating", "/ratings/{}"),
        call("list-transactions", "/transactions?userId={user}&size=1"),
        call("get-transaction", "/transactions/{}"),
        call("list-documents", "/documents?userId={user}&size=1"),
        call("get-document", "/documents/{}"),
        call("list-employments", "/employments?userId={user}&size=1"),
        call("get-employment", "/employments/{}"),
        call("list-incomes", "/incomes?userId={user}&size=1"),
        call("get-income", "/incomes/{}"),
        call("list-contributions", "/contributions?userId={user}&size=1"),
        call("get-contribution", "/contributions/{}"),
        call("list-liabilities", "/liabilities?userId={user}&size=1"),
        call("get-liabilities", "/liabilities/{}"),
        call("list-eincomes", "/eincomes?userId={user}&size=1"),
        call("get-eincomes", "/eincomes/{}"),
        call("list-links", "/links?userId={user}&size=1"),
        call("get-link", "/links/{}"),
        call("list-insights", "/insights?userId={user}&size=1"),
        call("get-feature-insight", "/insights/{}"),
        call("list-requests", "/requests?method=GET&size=1"),
        call("get-request", "/requests/{}"),
        call("create-webhook", "/webhooks").with(json!({
            "name": "Loan applications",
            "url": "https://loans.example.com/sahod",
            "secret": "choose-a-long-random-secret",
            "eventTypes": ["ACCOUNT_CONNECTED", "TASK_FINISHED"],
            "active": true,
            "includePayload": false,
        })),
        call("list-webhooks", "/webhooks?size=1"),
        call("get-webhook", "/webhooks/{}"),
        call("list-events", "/events?userId={user}&size=1"),
        call("get-event", "/events/{event}"),
        call("list-event-attempts", "/events/{event}/attempts?size=1"),
        call("list-webhook-attempts", "/webhooks/{hook}/attempts?size=1"),
        call("get-webhook-status", "/webhooks/{hook}/status"),
        call("replay-webhook", "/webhooks/{hook}/replay").with(json!({ "eventId": "{event}" })),
        call("test-webhook", "/webhooks/{hook}/test").with(json!({ "type": "TASK_FINISHED" })),
        call("update-webhook", "/webhooks/{hook}").with(json!({ "includePayload": true })),
        call("rotate-webhook-secret", "/webhooks/{hook}/rotateSecret").with(json!({ "overlapSeconds": 86400 })),
        // Before anything else happens: nobody takes what would be sent to that address.
        call("delete-webhook", "/webhooks/{}"),
        call("disable-account-monitor", "/accounts/{account}/disableMonitor"),
        call("delete-archive", "/archives/{archive}"),
        call("delete-account", "/accounts/{gig}"),
        call("reset-user-session", "/users/{user}/resetSession"),
        call("delete-user", "/users/{}"),
        call("delete-consent-template", "/consentTemplates/{}"),
        call("delete-wink-template", "/winkTemplates/{}"),
        call("delete-invite-template", "/inviteTemplates/{}"),
    ]
}

fn of_the_sandbox() -> Vec<Call> {
    vec![
        call("create-sandbox-scenario", "/sandbox/scenarios").with(scenario()),
        call("list-sandbox-scenarios", "/sandbox/scenarios?size=1"),
        call("get-sandbox-scenario", "/sandbox/scenarios/{}"),
        call("try-sandbox-scenario", "/sandbox/scenarios/{}/try"),
        call("delete-sandbox-scenario", "/sandbox/scenarios/{}"),
        call("get-sandbox-clock", "/sandbox/clock"),
        call("advance-sandbox-clock", "/sandbox/clock/advance").with(json!({ "by": "PT12H" })),
        call("reset-sandbox-clock", "/sandbox/clock/reset"),
    ]
}

fn template() -> Value {
    let mut template = invite_template();
    template["email"]["body"] =
        json!("Dear ${fullName},\n\n${companyName} asks to see your income before it decides on your loan.");
    template
}
