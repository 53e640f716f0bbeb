//! What a platform's customers think of the person.

use sahod_model::{
    Amount,
    item::{Item, Rating, SourceItem},
};

use super::generator::{Membership, day, whole};
use crate::spec::Work;

/// The one rating: of five stars, never the same for two test people.
pub(crate) fn read(membership: &Membership<'_>) -> SourceItem {
    let draw = membership.draw("rating", 0);
    let hundredths = 430 + i64::try_from(membership.own_number("stars", 16)).unwrap_or(0);
    let jobs = u32::try_from(draw.between(180, 900)).unwrap_or_default();
    let reviews = jobs * u32::try_from(draw.between(35, 80)).unwrap_or_default() / 100;
    let liked = matches!(membership.spec.work, Some(Work::Freelance | Work::Selling));
    SourceItem {
        key: "overall".to_owned(),
        created_at: draw.moment(day(2023, 9, 1).plus_days(draw.between(0, 90))),
        item: Item::Rating(Rating {
            current_rating: Some(Amount::from_cents(hundredths)),
            max_rating: Some(whole(5)),
            // Hundredths of five stars × 20 are hundredths of a percent, exactly.
            calculated_percentage: Some(Amount::from_cents(hundredths * 20)),
            reviews_received: Some(reviews),
            likes_received: liked.then_some(reviews / 3),
            jobs_completed: Some(jobs),
        }),
    }
}
