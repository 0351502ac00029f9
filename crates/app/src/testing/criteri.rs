//! A modello whose places go by points.

use chrono::{DateTime, Utc};
use sportello_domain::{
    identita::IdentityLevel,
    modello::{Banca, Modello},
};

use super::{App, MENSA, MENSA_EN, MENSA_PROCEDURA, MODELLO, mensa};
use crate::{
    autori::Testi,
    modello::{self, Booking, Publication},
};

/// Three criteria: one that a whole family has, two of a child.
const CRITERI: &str = r#"
[[graduatoria]]
id = "di_prova"
points = 30
when = 'email == "prima@posta.example"'
label = "Chi scrive per primo"
[[graduatoria]]
id = "di_nome"
points = 20
when = 'row.figlio_nome == "Elia"'
label = "Chi si chiama Elia"
[[graduatoria]]
id = "da_febbraio"
points = 7
when = 'row.figlio_nascita >= 2018-02-01'
label = "Chi è nato da febbraio 2018"
"#;

/// Their English.
const CRITERI_EN: &str = r#"
[graduatoria.di_prova]
label = "Families that write first"
[graduatoria.di_nome]
label = "Children whose name is Elia"
[graduatoria.da_febbraio]
label = "Children born from February 2018"
"#;

/// The texts of enrolment in the mensa with the criteria of the tests, the first of which gives so many points.
pub fn con_criteri(first_points: u32) -> Testi {
    let criteri = CRITERI.replace("points = 30", &format!("points = {first_points}"));
    Testi {
        form: format!("{MENSA}{criteri}"),
        english: format!("{MENSA_EN}{CRITERI_EN}"),
        procedura: MENSA_PROCEDURA.to_owned(),
    }
}

fn ranked(first_points: u32) -> Modello {
    con_criteri(first_points).texts(MODELLO).read(&Banca::shipped()).expect("the criteria are right").0
}

impl App {
    /// Publishes enrolment in the mensa with so many places that go by points.
    ///
    /// # Errors
    /// Those of [`modello::publish`].
    pub async fn publish_ranked(
        &self,
        window: (DateTime<Utc>, DateTime<Utc>),
        posti: Option<i64>,
        first_points: u32,
    ) -> crate::Result<i64> {
        let booking = posti.map(|posti| Booking { from: None, posti });
        let publication = Publication { modello: ranked(first_points), ..mensa(IdentityLevel::L2, window, booking) };
        modello::publish(&self.portal, self.ente.id, publication).await
    }

    /// The same with an instant of booking, which is refused.
    ///
    /// # Errors
    /// Always [`crate::Error::Unacceptable`].
    pub async fn publish_ranked_and_booked(
        &self,
        window: (DateTime<Utc>, DateTime<Utc>),
        booking: Booking,
    ) -> crate::Result<i64> {
        let publication = Publication { modello: ranked(30), ..mensa(IdentityLevel::L2, window, Some(booking)) };
        modello::publish(&self.portal, self.ente.id, publication).await
    }
}
