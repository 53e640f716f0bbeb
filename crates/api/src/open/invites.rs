//! `/invites`

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
};
use sahod_app::{App, NewInvite};
use sahod_model::{
    Invite,
    texts::{check_email, check_name},
};
use serde_json::{Value, json};

use crate::{
    envelope::Reply,
    error::ApiError,
    fields::Fields,
    list::{ListRequest, NoFilter},
    state::{Authenticated, Path, Surface, path_id},
};

fn wire(app: &App, invite: &Invite) -> Value {
    let who = invite.invitee.as_ref();
    json!({
        "id": invite.id,
        "createdAt": invite.created_at,
        "fullName": who.map(|who| &who.full_name),
        "firstName": who.and_then(|who| who.first_name.as_ref()),
        "lastName": who.and_then(|who| who.last_name.as_ref()),
        "email": who.map(|who| &who.email),
        "templateId": invite.template_id,
        "winkTemplateId": invite.wink_template_id,
        "userId": invite.user_id,
        "status": invite.status,
        "updatedAt": invite.updated_at,
        "invitedAt": invite.invited_at,
        "linkedAt": invite.linked_at,
        "inviteLandingPageUrl": who.map(|who| app.landing_page_url(&who.token)),
    })
}

/// `POST /invites`
pub(super) async fn create(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    fields: Fields,
) -> Result<Reply, ApiError> {
    let invite = surface.app.create_invite(&caller.scope, read(fields)?).await?;
    Ok(Reply::object(&wire(&surface.app, &invite))?.with_status(StatusCode::CREATED))
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
pub(super) async fn list(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let request = ListRequest::<NoFilter>::read(&surface.app, &caller.scope, "invites", query.as_deref())?;
    let page = surface.app.list_invites(&caller.scope, &request.page).await?;
    let invites: Vec<Value> = page.items.iter().map(|invite| wire(&surface.app, invite)).collect();
    Reply::list(&invites, request.next_cursor(&surface.app, &caller.scope, page.next)?)
}

/// `GET /invites/{id}`
pub(super) async fn get(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
) -> Result<Reply, ApiError> {
    let invite = surface.app.get_invite(&caller.scope, &path_id(&id)?).await?;
    Reply::object(&wire(&surface.app, &invite))
}

/// `GET /invites/{id}/logs`. A cursor holds only the place in the list, so it is good for this invite's list alone: its name
/// is the invite's.
pub(super) async fn list_logs(
    State(surface): State<Surface>,
    Authenticated(caller): Authenticated,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Reply, ApiError> {
    let id = path_id(&id)?;
    let request = ListRequest::<NoFilter>::read(
        &surface.app,
        &caller.scope,
        format!("invites/{id}/logs"),
        query.as_deref(),
    )?;
    let page = surface.app.list_invite_logs(&caller.scope, &id, &request.page).await?;
    Reply::list(&page.items, request.next_cursor(&surface.app, &caller.scope, page.next)?)
}
