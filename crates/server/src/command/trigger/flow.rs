//! What has to be done so that an event happens.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sahod_app::samples;
use sahod_model::{EventType, SystemRandom};
use sahod_outbound::Method;
use sahod_vault::JweRecipient;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{command::client::Client, failure::Failure};

/// Where people work by the job, and no code is asked for.
const GIG: &str = "grab";
const SAMPLE: &str = "payslip-george.pdf";

/// What is done, for a user that is made for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// Nothing more.
    User,
    /// A test person links an account at that provider.
    Link(&'static str),
    /// Somebody tries to, with a wrong password.
    WrongPassword,
    /// A test person links an account, and takes it back.
    Revoke,
    /// A test person links an account, and the session starts anew.
    Reset,
    /// A test person is invited.
    Invite,
    /// And follows the invitation.
    InviteAndLink,
    /// A document of that kind is handed over.
    Archive(&'static str),
    /// And taken back.
    ArchiveAndRevoke,
}

/// The members of a session that are needed here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    #[serde(rename = "sessionToken")]
    token: String,
    consent: Consent,
    encryption_key: JweRecipient,
    test_people: Vec<TestPerson>,
}

#[derive(Deserialize)]
struct Consent {
    version: String,
}

#[derive(Deserialize)]
struct TestPerson {
    email: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Started {
    account_id: String,
}

impl Flow {
    /// What causes an event; `None` where nothing does at will.
    pub(super) const fn that_causes(event: EventType) -> Option<Self> {
        Some(match event {
            EventType::UserCreated => Self::User,
            EventType::AccountCreated
            | EventType::AccountConnected
            | EventType::TaskStarted
            | EventType::TaskFinished
            | EventType::UserSessionCompleted
            | EventType::IdentityAdded
            | EventType::RatingAdded
            | EventType::TransactionsAdded
            | EventType::EincomesAdded
            | EventType::LinkAdded
            | EventType::InsightAdded => Self::Link(GIG),
            EventType::DocumentsAdded | EventType::EmploymentsAdded | EventType::IncomesAdded => {
                Self::Link("abccorp")
            }
            EventType::ContributionsAdded | EventType::LiabilitiesAdded => Self::Link("sss_ph"),
            EventType::AccountFailed => Self::WrongPassword,
            EventType::AccountDisconnected => Self::Revoke,
            EventType::UserSessionReset => Self::Reset,
            EventType::InviteInvited => Self::Invite,
            EventType::InviteLinked => Self::InviteAndLink,
            EventType::ArchiveStarted | EventType::ArchiveAnalyzed => Self::Archive("PAYSLIP"),
            EventType::ArchiveFailed => Self::Archive("TAX_DOCUMENT"),
            EventType::ArchiveRevoked => Self::ArchiveAndRevoke,
            _ => return None,
        })
    }

    /// Whether that event is the last that it causes, but for the end of the session.
    pub(super) fn is_over_with(self, event: EventType) -> bool {
        matches!(self, Self::Link(_)) && event == EventType::TaskFinished
    }

    /// Does it; the user that it is about.
    pub(super) async fn run(self, client: &Client) -> Result<String, Failure> {
        if matches!(self, Self::Invite | Self::InviteAndLink) {
            return self.invite(client).await;
        }
        let made: Value = client.call(Method::Post, "/users", None).await?;
        let user = text(&made["user"]["id"])?;
        let token = text(&made["token"]["accessToken"])?;
        match self {
            Self::User | Self::Invite | Self::InviteAndLink => {}
            Self::Link(provider) => drop(link(client, &token, provider, None).await?),
            Self::WrongPassword => drop(link(client, &token, GIG, Some("wrong")).await?),
            Self::Revoke => {
                let account = link(client, &token, GIG, None).await?;
                happened(client, &user, EventType::TaskFinished).await?;
                let path = format!("/accounts/{account}");
                client.call::<Option<Value>>(Method::Delete, &path, None).await?;
            }
            Self::Reset => {
                link(client, &token, GIG, None).await?;
                happened(client, &user, EventType::UserSessionCompleted).await?;
                let path = format!("/users/{user}/resetSession");
                client.call::<Option<Value>>(Method::Post, &path, None).await?;
            }
            Self::Archive(kind) => drop(archive(client, &user, kind).await?),
            Self::ArchiveAndRevoke => {
                let archive = archive(client, &user, "PAYSLIP").await?;
                happened(client, &user, EventType::ArchiveAnalyzed).await?;
                let path = format!("/archives/{archive}");
                client.call::<Option<Value>>(Method::Delete, &path, None).await?;
            }
        }
        Ok(user)
    }

    async fn invite(self, client: &Client) -> Result<String, Failure> {
        let template = json!({
            "name": "sahod trigger",
            "company": { "name": "Acme Lending", "logoUrl": "https://example.com/logo.png" },
            "email": {
                "sendEmail": false, "senderName": "Acme Lending", "replyAddress": "loans@example.com",
                "subject": "One more step", "body": "Please share your income with us.",
            },
            "landingPage": { "header": "Welcome", "description": "It takes two minutes.", "button": "Start" },
            "successPage": { "header": "Thank you", "description": "We will be in touch.", "button": "Done" },
        });
        let template: Value = client.call(Method::Post, "/inviteTemplates", Some(&template)).await?;
        let invite = json!({
            "fullName": "George Palomero", "firstName": "George", "lastName": "Palomero",
            "email": "george@example.com", "templateId": template["id"],
        });
        let invite: Value = client.call(Method::Post, "/invites", Some(&invite)).await?;
        let user = text(&invite["userId"])?;
        if self == Self::InviteAndLink {
            let path = format!("/tokens?userId={user}");
            let token: Value = client.call(Method::Post, &path, None).await?;
            link(client, &text(&token["accessToken"])?, GIG, None).await?;
        }
        client
            .call::<Option<Value>>(
                Method::Delete,
                &format!("/inviteTemplates/{}", text(&template["id"])?),
                None,
            )
            .await?;
        Ok(user)
    }
}

fn text(value: &Value) -> Result<String, Failure> {
    Ok(value.as_str().ok_or("the server's answer is not understood: is it of another version?")?.to_owned())
}

/// Begins to link the first test person, with that password instead of the right one; the account's id.
async fn link(
    client: &Client,
    token: &str,
    provider: &str,
    password: Option<&str>,
) -> Result<String, Failure> {
    let widget = client.link_api()?.bearer(token);
    let session: Session = widget.call(Method::Post, "/sessions", None).await?;
    let person = session.test_people.first().ok_or("the server has no test people: it is no sandbox")?;
    let form = json!({ "login": person.email, "password": password.unwrap_or(&person.password) });
    let credentials = session.encryption_key.seal(form.to_string().as_bytes(), &SystemRandom)?;
    let body = json!({
        "providerId": provider, "consentVersion": session.consent.version, "credentials": credentials,
    });
    let started: Started = widget.bearer(&session.token).call(Method::Post, "/accounts", Some(&body)).await?;
    Ok(started.account_id)
}

/// Hands a document over; its id.
async fn archive(client: &Client, user: &str, kind: &str) -> Result<String, Failure> {
    let sample = samples::named(SAMPLE).ok_or("this program has no sample document")?;
    let file = json!({
        "fileName": SAMPLE, "fileExtensionType": sample.format, "fileContent": STANDARD.encode(sample.file),
    });
    let body = json!({ "userId": user, "fileType": kind, "rawFiles": [file] });
    let archive: Value = client.call(Method::Post, "/archives", Some(&body)).await?;
    text(&archive["id"])
}

/// Waits until an event of that type has happened to the user.
async fn happened(client: &Client, user: &str, event: EventType) -> Result<(), Failure> {
    let path = format!("/events?userId={user}&type={}&after=0&wait=20&size=1", event.as_str());
    let events: Value = client.get(&path).await?;
    if events["items"].as_array().is_some_and(|events| !events.is_empty()) {
        return Ok(());
    }
    Err(format!("{} has not happened to the user that was made for it", event.as_str()).into())
}
