//! How objects that are not data points look on the wire.

use sahod_app::IssuedToken;
use sahod_model::{
    Account, ConsentTemplate, Datapoint, ExposeSecret, ExternalMetadata, InviteTemplate, Mode, Provider,
    Task, Timestamp, User, UserSession, Webhook,
    invite_template::InviteContent,
    item::{ItemTimes, Metadata, SourceRef, SourceType},
};
use serde::Serialize;
use serde_json::{Value, json};

/// A user.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserWire<'a> {
    id: &'a str,
    external_metadata: &'a ExternalMetadata,
    created_at: Timestamp,
    /// Deprecated by the contract, where it is always there.
    providers: [&'a str; 0],
    session: UserSession,
}

impl<'a> From<&'a User> for UserWire<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            id: user.id.as_str(),
            external_metadata: &user.external_metadata,
            created_at: user.created_at,
            providers: [],
            session: user.session(),
        }
    }
}

/// A link token. Its secret leaves here, once.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenWire<'a> {
    id: &'a str,
    expires_at: Timestamp,
    mode: Mode,
    access_token: &'a str,
}

impl<'a> From<&'a IssuedToken> for TokenWire<'a> {
    fn from(token: &'a IssuedToken) -> Self {
        Self {
            id: token.id.as_str(),
            expires_at: token.expires_at,
            mode: token.mode,
            access_token: token.access_token.expose_secret(),
        }
    }
}

/// An account.
#[must_use]
pub fn account(account: &Account) -> Value {
    json!({
        "id": account.id,
        "createdAt": account.created_at,
        "providerId": account.provider_id,
        "userId": account.user_id,
        "connectionStatus": account.status,
        "monitorStatus": account.monitor_status,
        "monitor": { "status": account.monitor_status, "updatedAt": account.monitor_updated_at },
        "connection": {
            "status": account.status,
            "errorCode": account.error_code,
            "errorMessage": account.error_code.map(sahod_model::AccountErrorCode::message),
            "updatedAt": account.updated_at,
        },
    })
}

/// A task.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskWire<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    task_type: &'static str,
    started_at: Timestamp,
    finished_at: Option<Timestamp>,
    status: &'static str,
    datapoints: &'a [Datapoint],
    metadata: Metadata,
}

impl<'a> From<&'a Task> for TaskWire<'a> {
    fn from(task: &'a Task) -> Self {
        Self {
            id: task.id.as_str(),
            task_type: task.task_type.as_str(),
            started_at: task.started_at,
            finished_at: task.finished_at,
            status: if task.finished_at.is_some() { "Finished" } else { "Started" },
            datapoints: &task.datapoints,
            metadata: Metadata {
                times: ItemTimes { created_at: task.started_at, item_created_at: task.started_at },
                source: SourceRef {
                    source_id: task.source_id.clone(),
                    source_type: SourceType::Account,
                    user_id: task.user_id.clone(),
                    provider_id: task.provider_id.clone(),
                },
            },
        }
    }
}

/// A webhook endpoint. The secret is the tenant's own choice and is shown back to it, masked but for its end.
#[must_use]
pub fn webhook(webhook: &Webhook) -> Value {
    json!({
        "id": webhook.id,
        "createdAt": webhook.created_at,
        "name": webhook.name,
        "url": webhook.url,
        "secret": mask(webhook.secret.expose_secret()),
        "eventTypes": webhook.event_types,
        "active": webhook.active,
        "includePayload": webhook.include_payload,
        "updatedAt": webhook.updated_at,
    })
}

/// The last four characters, when the secret is long enough that they give nothing away.
fn mask(secret: &str) -> String {
    let length = secret.chars().count();
    let shown: String = secret.chars().skip(length.saturating_sub(4)).collect();
    if length >= 16 { format!("••••{shown}") } else { "••••".into() }
}

/// A consent text of the tenant's own.
#[must_use]
pub fn consent_template(template: &ConsentTemplate) -> Value {
    json!({
        "id": template.id,
        "createdAt": template.created_at,
        "consentType": template.consent_type,
        "title": template.title,
        "version": template.version,
        "consentMethod": template.method,
        "consentText": template.text,
    })
}

/// An invite template.
#[must_use]
pub fn invite_template(template: &InviteTemplate) -> Value {
    let InviteContent { name, company, email, landing_page, success_page } = &template.content;
    json!({
        "id": template.id,
        "name": name,
        "company": company,
        "email": email,
        "landingPage": landing_page,
        "successPage": success_page,
    })
}

/// A provider, as the Open API shows it.
#[must_use]
pub fn provider(provider: &Provider, web_url: &str) -> Value {
    json!({
        "id": provider.id,
        "name": provider.name,
        "longName": provider.long_name,
        "logoUrl": logo_url(web_url, provider.id.as_str()),
        "type": provider.provider_type,
        "typeLabel": provider.provider_type.label(),
        "subType": provider.sub_type,
        "subTypeLabel": provider.sub_type.label(),
        "active": provider.active,
        "enabled": true,
        "mfa": provider.mfa,
        "accountConnection": provider.account_connection,
        "supported": provider.supported,
        "monitorSupported": provider.monitor_supported,
    })
}

/// Where a provider's picture is.
#[must_use]
pub fn logo_url(web_url: &str, provider: &str) -> String {
    format!("{web_url}/logos/{provider}.svg")
}
