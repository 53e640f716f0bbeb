//! `/sessions`

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use sahod_app::{Acting, Opening, test_inputs, test_people};
use sahod_model::{ExposeSecret, Mode, Origin, SecretString};
use schemars::JsonSchema;
use serde_json::Value;

use super::{
    description::LINK_TOKEN,
    wire::{
        receipt::OrganisationWire,
        session::{ConsentWire, SandboxWire, SessionWire, TemplateWire},
    },
};
use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    openapi::{Endpoints, Operation},
    state::{InSession, LinkToken, Surface},
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new(
        "Sessions",
        "A link token, which the organisation's server got from the Open API, is spent once, for a session. Everything after \
         that carries the session's token.",
    )
    .post(
        "/sessions",
        create,
        Operation::new("start-session", "Start a session")
            .about(
                "Spends the link token. It is sent in place of a session's: `Authorization: Bearer <link token>`. A token \
                 that was spent before, or is too old, is `INVALID_TOKEN`, and the page has to get another one from its \
                 server. One that is not the token of `pageTokenId` is `UNAUTHORIZED_ACCESS`, and is not spent.",
            )
            .with_security(LINK_TOKEN)
            .optional_body::<StartSession>()
            .one::<SessionWire<'_>>()
            .created(),
    )
    .get(
        "/sessions/current",
        current,
        Operation::new("get-session", "Get the session")
            .about("The session that the request is in, for a widget that was loaded anew. `sessionToken` is null.")
            .one::<SessionWire<'_>>(),
    )
}

/// What a session starts with.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `create` reads it")]
struct StartSession {
    /// The id of the Wink template that the page named. Anything that is no template's id is as if none was named: a person
    /// at the widget could do nothing about it.
    template_id: Option<String>,
    /// The id of the link token that the widget's own page was opened for (`/wink/?id=`): that one is spent and no other. Null for
    /// a widget that has no such page.
    page_token_id: Option<String>,
}

/// `POST /sessions`: spends a link token for a session.
pub(super) async fn create(
    State(surface): State<Surface>,
    LinkToken(token): LinkToken,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Reply, ApiError> {
    // Whatever a page gives as its template: a wrong one must not keep people from sharing.
    let template = fields.value("templateId").as_ref().and_then(Value::as_str).and_then(|id| id.parse().ok());
    // Of whatever kind it is: what is no id is no token's id either.
    let page = fields.value("pageTokenId").filter(|page| !page.is_null());
    let page = page.map(|page| page.as_str().unwrap_or_default().to_owned());
    let origin = headers.get(header::ORIGIN).and_then(|origin| Origin::of(origin.to_str().ok()?));
    let opening = Opening {
        template: template.as_ref(),
        page_token: page.as_deref(),
        is_own_widget: origin.is_some() && origin == Origin::of(&surface.app.config().web_url),
    };
    let opened = surface.app.people.redeem_token(token.expose_secret(), surface.mode, opening).await?;
    let reply = describe(&surface, &opened.acting, Some(&opened.token)).await?;
    Ok(reply.with_status(StatusCode::CREATED))
}

/// `GET /sessions/current`: the session that the request is in.
pub(super) async fn current(
    State(surface): State<Surface>,
    InSession(acting): InSession,
) -> Result<Reply, ApiError> {
    describe(&surface, &acting, None).await
}

/// The session as the widget gets it.
async fn describe(
    surface: &Surface,
    acting: &Acting,
    token: Option<&SecretString>,
) -> Result<Reply, ApiError> {
    let (app, session) = (&surface.app, acting.may_share()?);
    let (consent, template) = (&app.config().consent, app.people.session_template(acting).await?);
    let is_sandbox = surface.mode == Mode::Sandbox;
    Reply::object(&SessionWire {
        session_token: token.map(ExposeSecret::expose_secret),
        expires_at: session.expires_at,
        mode: surface.mode,
        user_id: &session.user_id,
        organisation: OrganisationWire { name: &session.tenant_name },
        template: template.as_ref().map(TemplateWire::from),
        consent: ConsentWire {
            version: &consent.version,
            purpose: consent.purpose.as_deref(),
            datapoints: session.datapoints().collect(),
            retention_days: consent.retention_days,
            continuous: session.monitors && app.linking.reads_again(surface.mode),
        },
        encryption_key: app.people.encryption_key().await?,
        test_people: is_sandbox.then(test_people),
        sandbox: is_sandbox.then(|| SandboxWire { inputs: test_inputs() }),
    })
}
