//! `/invites`

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
};
use sahod_app::{App, NewInvite};
use sahod_model::{
    Invite, InviteId, InviteLog, InviteStatus, InviteTemplateId, Timestamp, UserId, WinkTemplateId,
    texts::{check_email, check_name},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    list::{ListRequest, NoFilter},
    openapi::{Endpoints, Operation},
    state::{Authenticated, Path, Surface, path_id},
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Invites", "People whom you asked to share their data, and how far each has come.")
        .get(
            "/invites",
            list,
            Operation::new("list-invites", "List invites").page::<InviteWire<'_>, NoFilter>(),
        )
        .post(
            "/invites",
            create,
            Operation::new("create-invite", "Invite a person")
                .about("Makes a user for the person. The invitation holds for 14 days.")
                .body::<CreateInvite>()
                .one::<InviteWire<'_>>()
                .created(),
        )
        .get("/invites/{id}", get, Operation::new("get-invite", "Get an invite").one::<InviteWire<'_>>())
        .get(
            "/invites/{id}/logs",
            list_logs,
            Operation::new("list-invite-log", "List what became of an invite").page::<InviteLog, NoFilter>(),
        )
}

/// A person whom you asked to share data.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Invite")]
struct InviteWire<'a> {
    /// The invite's id.
    id: &'a InviteId,
    /// When it was made.
    created_at: Timestamp,
    /// The person's whole name.
    full_name: Option<&'a str>,
    /// The person's first name.
    first_name: Option<&'a str>,
    /// The person's last name.
    last_name: Option<&'a str>,
    /// Where the invitation goes.
    email: Option<&'a str>,
    /// What the invitation says.
    template_id: &'a InviteTemplateId,
    /// How the widget looks.
    wink_template_id: Option<&'a WinkTemplateId>,
    /// The user that was made for the person.
    user_id: &'a UserId,
    /// How far the person has come.
    status: InviteStatus,
    /// When the status last changed.
    updated_at: Timestamp,
    /// When the person was invited.
    invited_at: Timestamp,
    /// When the person first connected an account.
    linked_at: Option<Timestamp>,
    /// The page that the invitation leads to. Whoever has the address can open it.
    invite_landing_page_url: Option<String>,
}

impl<'a> InviteWire<'a> {
    fn new(app: &App, invite: &'a Invite) -> Self {
        let who = invite.invitee.as_ref();
        Self {
            id: &invite.id,
            created_at: invite.created_at,
            full_name: who.map(|who| who.full_name.as_str()),
            first_name: who.and_then(|who| who.first_name.as_deref()),
            last_name: who.and_then(|who| who.last_name.as_deref()),
            email: who.map(|who| who.email.as_str()),
            template_id: &invite.template_id,
            wink_template_id: invite.wink_template_id.as_ref(),
            user_id: &invite.user_id,
            status: invite.status,
            updated_at: invite.updated_at,
            invited_at: invite.invited_at,
            linked_at: invite.linked_at,
            invite_landing_page_url: who.map(|who| app.people.landing_page_url(&who.token)),
        }
    }
}

/// What an invite is made of.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its shape is of use; `read` reads it")]
struct CreateInvite {
    /// The person's whole name.
    #[schemars(length(min = 1, max = 200))]
    full_name: String,
    /// The person's first name.
    #[schemars(length(min = 1, max = 64))]
    first_name: Option<String>,
    /// The person's last name.
    #[schemars(length(min = 1, max = 64))]
    last_name: Option<String>,
    /// Where the invitation goes.
    #[schemars(email, length(min = 1, max = 200))]
    email: String,
    /// What the invitation says.
    template_id: InviteTemplateId,
    /// How the widget looks.
    wink_template_id: Option<WinkTemplateId>,
}

/// `POST /invites`
async fn create(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    fields: Fields,
) -> Result<Reply, ApiError> {
    let invite = surface.app.people.create_invite(&acting, read(fields)?).await?;
    Ok(Reply::object(&InviteWire::new(&surface.app, &invite))?.with_status(StatusCode::CREATED))
}

fn read(mut fields: Fields) -> Result<NewInvite, ApiError> {
    let full_name = fields.required_checked("fullName", 1..=200, check_name);
    let first_name = fields.checked("firstName", 1..=64, check_name);
    let last_name = fields.checked("lastName", 1..=64, check_name);
    let email = fields.required_checked("email", 1..=200, check_email);
    let template_id = fields.required_id("templateId", "is not the id of an invite template");
    let wink_template_id = fields.id("winkTemplateId", "is not the id of a Wink template");
    let invite = (|| {
        Some(NewInvite {
            full_name: full_name?,
            first_name,
            last_name,
            email: email?,
            template_id: template_id?,
            wink_template_id,
        })
    })();
    fields.finish(invite)
}

/// `GET /invites`
async fn list(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::<NoFilter>::read(&surface.app, &acting, "invites", query.as_deref())?;
    let page = surface.app.people.list_invites(&acting, &request.page).await?;
    let invites: Vec<_> = page.items.iter().map(|invite| InviteWire::new(&surface.app, invite)).collect();
    Reply::list(&invites, request.next_cursor(&surface.app, &acting, page.next)?)
}

/// `GET /invites/{id}`
async fn get(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    let invite = surface.app.people.get_invite(&acting, &path_id(&id)?).await?;
    Reply::object(&InviteWire::new(&surface.app, &invite))
}

/// `GET /invites/{id}/logs`. A cursor holds only the place in the list, so it is good for this invite's list alone: its name
/// is the invite's.
async fn list_logs(
    State(surface): State<Surface>,
    Authenticated(acting): Authenticated,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let id = path_id(&id)?;
    let request =
        ListRequest::<NoFilter>::read(&surface.app, &acting, format!("invites/{id}/logs"), query.as_deref())?;
    let page = surface.app.people.list_invite_logs(&acting, &id, &request.page).await?;
    Reply::list(&page.items, request.next_cursor(&surface.app, &acting, page.next)?)
}
