//! Where the outside finds the surfaces.

/// The public addresses of the surfaces, without a slash at the end.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "each field is the address of the surface of its name")]
pub struct PublicUrls {
    pub sandbox: String,
    pub open: String,
    pub link_sandbox: String,
    pub link: String,
    pub web: String,
    pub user: String,
    pub portal: String,
    pub docs: String,
}
