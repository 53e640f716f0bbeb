//! The four test people.

use sahod_model::{Currency, Timestamp, link::TestPerson};

/// A test person and what the sandbox makes their data from.
pub(super) struct Profile {
    pub(super) test: TestPerson,
    /// 0 to 3; what tells the four apart where numbers must differ.
    pub(super) rank: u8,
    /// The login name where the provider takes user names.
    pub(super) username: &'static str,
    /// The employee number that opens every employer, besides the employer's own.
    pub(super) employee_number: &'static str,
    /// Employee numbers that are fixed from outside: (provider, number).
    pub(super) known_numbers: &'static [(&'static str, &'static str)],
    pub(super) details: Details,
    pub(super) trade: Trade,
}

/// The parts of an identity.
pub(super) struct Details {
    pub(super) full_name: &'static str,
    pub(super) first_name: &'static str,
    pub(super) middle_name: Option<&'static str>,
    pub(super) last_name: &'static str,
    pub(super) suffix: Option<&'static str>,
    pub(super) gender: &'static str,
    /// Year, month, day.
    pub(super) born: (i32, i32, i8),
    pub(super) marital_status: &'static str,
    pub(super) photo_url: Option<&'static str>,
    /// Address and kind.
    pub(super) profile: (&'static str, &'static str),
    pub(super) address: [&'static str; 8],
    /// When sources say that they recorded the person.
    pub(super) recorded_at: Timestamp,
}

/// What the person does for a living, the same wherever they work.
pub(super) struct Trade {
    pub(super) name: &'static str,
    pub(super) first_title: &'static str,
    pub(super) title: &'static str,
    pub(super) department: Option<&'static str>,
}

/// The people whom the sandbox lets in, for showing their logins to developers.
#[must_use]
pub fn test_people() -> &'static [TestPerson] {
    &TEST_PEOPLE
}

const GEORGE: TestPerson = TestPerson {
    name: "George Palomero Jr.",
    country: "PH",
    email: "gpalomero1234@smileapi.io",
    mobile: "+639559991234",
    ss_number: Some("3300000008"),
    password: "123456",
    code: "1234",
    currency: Currency::Php,
};

const RYAN: TestPerson = TestPerson {
    name: "Ryan Lestari",
    country: "ID",
    email: "ryan1234@smileapi.io",
    mobile: "+628119994321",
    ss_number: None,
    password: "654321",
    code: "1234",
    currency: Currency::Idr,
};

const CHRISTINA: TestPerson = TestPerson {
    name: "Christina Tan",
    country: "SG",
    email: "christina4321@smileapi.io",
    mobile: "+6599996789",
    ss_number: None,
    password: "YGUS1",
    code: "1234",
    currency: Currency::Sgd,
};

const ANISHA: TestPerson = TestPerson {
    name: "Anisha Bhatia",
    country: "IN",
    email: "anisha98765@smileapi.io",
    mobile: "+919511198765",
    ss_number: None,
    password: "123456",
    code: "1234",
    currency: Currency::Inr,
};

static TEST_PEOPLE: [TestPerson; 4] = [GEORGE, RYAN, CHRISTINA, ANISHA];

pub(super) static PROFILES: [Profile; 4] = [
    Profile {
        test: GEORGE,
        rank: 0,
        username: "gpalomero1234",
        employee_number: "EMP-123456",
        known_numbers: &[("abccorp", "EMP-123456"), ("cdecorp", "CDE-98765")],
        details: Details {
            full_name: "George Cimafranca Palomero, Jr",
            first_name: "George",
            middle_name: Some("Cimafranca"),
            last_name: "Palomero",
            suffix: Some("Jr"),
            gender: "Male",
            born: (1970, 8, 24),
            marital_status: "Married",
            photo_url: Some("https://cdn.smileapi.io/image/avatar/v20211115191600/george.jpg"),
            profile: ("https://www.facebook.com/gpalomero1234", "Facebook"),
            address: [
                "12 Maybunga St, Barangay Paraiso, Pasig City, NCR, 1600, PH",
                "12 Maybunga St",
                "Barangay Paraiso",
                "Pasig City",
                "NCR",
                "1600",
                "14.573454",
                "121.085042",
            ],
            // 2022-08-24T05:24:37Z
            recorded_at: Timestamp::from_micros(1_661_318_677_000_000),
        },
        trade: Trade {
            name: "Security",
            first_title: "Security Guard",
            title: "Security Guard",
            department: None,
        },
    },
    Profile {
        test: RYAN,
        rank: 1,
        username: "ryan1234",
        employee_number: "EMP-234567",
        known_numbers: &[],
        details: Details {
            full_name: "Ryan Lestari",
            first_name: "Ryan",
            middle_name: None,
            last_name: "Lestari",
            suffix: None,
            gender: "Male",
            born: (1992, 3, 17),
            marital_status: "Single",
            photo_url: None,
            profile: ("https://www.linkedin.com/in/ryan1234", "LinkedIn"),
            address: [
                "45 Jalan Kemang Raya, RT 05/RW 02, Jakarta Selatan, DKI Jakarta, 12730, ID",
                "45 Jalan Kemang Raya",
                "RT 05/RW 02",
                "Jakarta Selatan",
                "DKI Jakarta",
                "12730",
                "-6.260718",
                "106.813637",
            ],
            // 2022-09-05T02:11:09Z
            recorded_at: Timestamp::from_micros(1_662_343_869_000_000),
        },
        trade: Trade {
            name: "Information Technology",
            first_title: "Junior Software Developer",
            title: "Software Developer",
            department: Some("Engineering"),
        },
    },
    Profile {
        test: CHRISTINA,
        rank: 2,
        username: "christina4321",
        employee_number: "EMP-345678",
        known_numbers: &[],
        details: Details {
            full_name: "Christina Tan",
            first_name: "Christina",
            middle_name: None,
            last_name: "Tan",
            suffix: None,
            gender: "Female",
            born: (1988, 11, 2),
            marital_status: "Married",
            photo_url: None,
            profile: ("https://www.linkedin.com/in/christina4321", "LinkedIn"),
            address: [
                "328 Clementi Avenue 2, #08-214, Singapore, Central Region, 120328, SG",
                "328 Clementi Avenue 2",
                "#08-214",
                "Singapore",
                "Central Region",
                "120328",
                "1.314092",
                "103.765871",
            ],
            // 2022-09-12T08:45:52Z
            recorded_at: Timestamp::from_micros(1_662_972_352_000_000),
        },
        trade: Trade {
            name: "Finance",
            first_title: "Accounts Executive",
            title: "Finance Manager",
            department: Some("Finance"),
        },
    },
    Profile {
        test: ANISHA,
        rank: 3,
        username: "anisha98765",
        employee_number: "EMP-456789",
        known_numbers: &[],
        details: Details {
            full_name: "Anisha Bhatia",
            first_name: "Anisha",
            middle_name: None,
            last_name: "Bhatia",
            suffix: None,
            gender: "Female",
            born: (1995, 6, 29),
            marital_status: "Single",
            photo_url: None,
            profile: ("https://twitter.com/anisha98765", "Twitter"),
            address: [
                "17 Linking Road, Bandra West, Mumbai, Maharashtra, 400050, IN",
                "17 Linking Road",
                "Bandra West",
                "Mumbai",
                "Maharashtra",
                "400050",
                "19.060692",
                "72.836250",
            ],
            // 2022-09-20T06:30:15Z
            recorded_at: Timestamp::from_micros(1_663_655_415_000_000),
        },
        trade: Trade {
            name: "Marketing",
            first_title: "Marketing Associate",
            title: "Marketing Specialist",
            department: Some("Marketing"),
        },
    },
];
