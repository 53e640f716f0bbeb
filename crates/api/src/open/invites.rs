//! `/invites`

use sahod_app::{App, NewInvite};
use sahod_model::{
    Invite, InviteId, InviteLog, InviteStatus, InviteTemplateId, Timestamp, UserId, WinkTemplateId,
    texts::{check_email, check_name},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    error::ApiError,
    fields::Fields,
    list::NoFilter,
    nouns::{Call, Shown},
    openapi::{Endpoints, Operation},
};

pub(super) fn endpoints() -> Endpoints {
    Endpoints::new("Invites", "People whom you asked to share their data, and how far each has come.")
        .list("/invites", Operation::new("list-invites", "List invites"), |call, NoFilter, page| async move {
            call.app.people.list_invites(&call.acting, &page).await
        })
        .make(
            "/invites",
            Operation::new("create-invite", "Invite a person")
                .about("Makes a user for the person. The invitation holds for 14 days.")
                .body::<CreateInvite>()
                .created(),
            |fields, _| read(fields),
            |call, new| async move { call.app.people.create_invite(&call.acting, new).await },
        )
        .get_one("/invites/{id}", Operation::new("get-invite", "Get an invite"), |call, id| async move {
            call.app.people.get_invite(&call.acting, &id).await
        })
        .list_within(
            "/invites/{id}/logs",
            Operation::new("list-invite-log", "List what became of an invite"),
            |call, id, NoFilter, page| async move {
                call.app.people.list_invite_logs(&call.acting, &id, &page).await
            },
        )
}

/// A person whom you asked to share data.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Invite")]
pub struct InviteWire<'a> {
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

impl Shown for Invite {
    type Wire<'a> = InviteWire<'a>;

    fn show(&self, call: &Call) -> Result<InviteWire<'_>, ApiError> {
        Ok(InviteWire::new(&call.app, self))
    }
}

impl Shown for InviteLog {
    type Wire<'a> = &'a Self;

    fn show(&self, _: &Call) -> Result<&Self, ApiError> {
        Ok(self)
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
