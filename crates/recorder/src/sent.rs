//! Overhears the webhooks.

use sahod_outbound::{HttpRequest, Observer};

use crate::{
    line::{Body, Line, Webhook},
    tape::Recorder,
};

/// The header that every webhook has and nothing else.
pub(crate) const ID_HEADER: &str = "webhook-id";

impl Observer for Recorder {
    fn sending(&self, request: &HttpRequest) -> Box<dyn FnOnce(Option<u16>) + Send> {
        if !request.headers().iter().any(|(name, _)| *name == ID_HEADER) {
            return Box::new(|_| ());
        }
        // Now, as the receiver may itself call the API before it answers.
        let (recorder, request, at, after) = (self.clone(), request.clone(), self.now(), self.reached());
        Box::new(move |status| {
            recorder.write(|mask| {
                let masked = |(name, value): &(&str, String)| ((*name).to_owned(), mask.header(name, value));
                let headers = request.headers().iter().map(masked).collect();
                let body = Body::of(request.content(), mask).unwrap_or_else(|| Body::Text(String::new()));
                Line::Webhook(Webhook { at, after, url: bare(request.url()), headers, body, status })
            });
        })
    }
}

/// An address without its parameters and without whom it is called as: customers have secrets there.
fn bare(url: &str) -> String {
    let Ok(mut url) = url::Url::parse(url) else { return String::new() };
    url.set_query(None);
    url.set_fragment(None);
    // Both fail only for addresses that have no such part.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_loses_what_may_be_secret() {
        assert_eq!(bare("https://me:pass@hooks.example.com/a?key=x#y"), "https://hooks.example.com/a");
        assert_eq!(bare("no address"), "");
    }
}
