use crate::fixture::{PARENT, World, day, later};
use sportello_domain::id::{AlunnoId, EnteId, PersonaId};
use sportello_store::{
    Error, Read, alunno, binds,
    importazione::{self, CHUNK, FamigliaLine},
    persona, scuola,
    testing::{each, id, now},
};
use uuid::Uuid;

const FATHER: &str = "NRIGPP80A01B442X";

fn line(line: i64, child: &str, child_id: AlunnoId, parent: &str) -> FamigliaLine {
    FamigliaLine {
        line,
        plesso: "primaria".to_owned(),
        plesso_name: "Scuola primaria".to_owned(),
        grado: "primaria".to_owned(),
        classe: format!("{line}a"),
        classe_name: format!("{line}ª A"),
        alunno_id: child_id,
        alunno_codice_fiscale: child.to_owned(),
        alunno_cognome: "Neri".to_owned(),
        alunno_nome: format!("Figlio {child}"),
        alunno_nascita: day(2018, 1, 1),
        persona_id: PersonaId::new(id()),
        persona_codice_fiscale: parent.to_owned(),
        persona_cognome: "Neri".to_owned(),
        persona_nome: "Giuseppe".to_owned(),
        persona_email: Some("neri@prova.example".to_owned()),
    }
}

async fn import(world: &World, minute: i64) -> Uuid {
    let (ente, key) = (world.ente, id());
    let (one, two) = (AlunnoId::new(id()), AlunnoId::new(id()));
    let mut second = line(2, "B", two, FATHER);
    let first = line(1, "A", one, FATHER);
    second.persona_id = first.persona_id;
    let lines = vec![first, second, line(3, "A", one, PARENT)];
    let staged = world.write(async move |tx| importazione::stage(tx, ente, key, &lines, later(minute)).await);
    staged.await.unwrap();
    key
}

/// The person of a codice fiscale.
async fn by_code(read: &mut Read, ente: EnteId, code: &str) -> sportello_store::Result<Option<PersonaId>> {
    let sql = "SELECT id FROM persona WHERE ente_id = $1 AND codice_fiscale = $2";
    let row: Option<(PersonaId,)> = read.fetch_optional(sql, binds![ente, code]).await?;
    Ok(row.map(|(id,)| id))
}

#[tokio::test]
async fn nothing_of_a_file_is_there_before_the_switch() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, key) = (world.ente, import(&world, 0).await);
        let before = world.read(async move |read| {
            Ok((scuola::plessi(read, ente).await?.len(), by_code(read, ente, FATHER).await?.is_some()))
        });
        assert_eq!(before.await, (0, false));
        let purged = world.write(async move |tx| {
            let purged = importazione::purge(tx, ente, later(0)).await?;
            importazione::apply(tx, ente, key).await?;
            Ok((purged, scuola::plessi(tx, ente).await?.len()))
        });
        assert_eq!(purged.await.unwrap(), (3, 0), "an interrupted import leaves nothing");
    })
    .await;
}

#[tokio::test]
async fn a_file_twice_makes_no_doubles() {
    each(async |database| {
        let world = World::new(database).await;
        let (ente, laura) = (world.ente, world.persona);
        let mut families = Vec::new();
        for minute in 0..2 {
            let key = import(&world, minute).await;
            world.write(async move |tx| importazione::apply(tx, ente, key).await).await.unwrap();
            let family = world.read(async move |read| {
                let father = by_code(read, ente, FATHER).await?.unwrap();
                let mother = persona::by_id(read, ente, laura).await?.unwrap();
                assert_eq!((mother.nome.as_str(), mother.cognome.as_str()), ("Laura", "Ferrari"));
                assert_eq!(mother.email.as_deref(), Some("casa@prova.example"));
                let own = alunno::famiglia(read, ente, father).await?;
                let mothers = alunno::famiglia(read, ente, laura).await?;
                let schools = (scuola::plessi(read, ente).await?.len(), scuola::classi(read, ente).await?.len());
                assert_eq!((schools, mothers.len()), ((1, 3), 1));
                Ok((father, own))
            });
            families.push(family.await);
        }
        assert_eq!(families[0].1.len(), 2);
        assert_eq!(families[0], families[1]);
    })
    .await;
}

#[tokio::test]
async fn a_chunk_has_its_limit() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        let lines: Vec<_> = (0..=CHUNK).map(|at| line(at as i64, "A", AlunnoId::new(id()), FATHER)).collect();
        let long = world.write(async move |tx| importazione::stage(tx, ente, id(), &lines, now()).await).await;
        assert!(matches!(long, Err(Error::Refused(_))), "{long:?}");
    })
    .await;
}
