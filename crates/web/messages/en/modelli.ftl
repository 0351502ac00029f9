# Office: the forms of the ente.

modelli-menu = Forms
modelli-titolo = Forms
modelli-testo = Here you edit the texts of the forms, try them out and publish them for a period. Only the responsabile edits and publishes.
modelli-elenco = Forms of the ente, by code
modelli-col-modello = Form
modelli-col-stato = State
modelli-col-finestra = Period
modelli-col-copia = Copy of the ente
modelli-col-versione = Version
modelli-col-esempio = Example
modelli-col-esito = Result
modelli-versione = Version { $n }, school year { $anno }
modelli-finestra = From { $dal } to { $al }.
modelli-posti = { $n ->
    [one] One place, booked from { $quando }.
   *[other] { $n } places, booked from { $quando }.
}
modelli-posti-criteri = { $n ->
    [one] One place, by points.
   *[other] { $n } places, by points.
}
modelli-stato-mai = Never published
modelli-stato-aperto = Open
modelli-stato-futuro = Opens later
modelli-stato-chiuso = Closed
modelli-stato-ritirato = Withdrawn
modelli-copia-nessuna = None: that of the program counts
modelli-copia-avanti = Revision { $n }, to be published
modelli-copia-uguale = Revision { $n }, published

# The copy
modelli-copia-titolo = Copy of { $codice }
modelli-copia-programma = The ente has no copy of its own yet. You see the texts of the program: saving other ones makes the copy.
modelli-testi-mancano = The texts of this form are not kept. Publish it again by command: then you find them here.
modelli-revisione = Revision { $n }, saved on { $quando } by { $chi }.
modelli-revisione-comando = Revision { $n }, came with a command on { $quando }.
modelli-revisione-vecchia = You see revision { $n }, which is old. If you save it, it becomes the latest one, after { $ultima }.
modelli-fatto-salvata = The copy is saved.
modelli-fatto-pubblicata = The form is published.
modelli-fatto-ritirata = The version is withdrawn.
modelli-a-posto = Texts and examples are right
modelli-guasti-titolo = { $n ->
    [one] There is a fault in the texts
   *[other] There are { $n } faults in the texts
}
modelli-guasti = Faults to mend
modelli-guasto-riga = { $file }, line { $riga }
modelli-guasto-vai = Go to the text of { $file }
modelli-rimedio = Remedy:
modelli-testi = Texts
modelli-testo-form = Form in Italian ({ $file })
modelli-testo-english = English texts ({ $file })
modelli-testo-procedura = Procedure ({ $file })
modelli-testo-aiuto = TOML, { $kb } KB at most.
modelli-troppo-grande = The text is too large: shorten it.
modelli-salva = Save and check
modelli-esempi = Examples
modelli-esempi-testo = Result of each example of the form
modelli-esempio-passa = Passes
modelli-esempio-fallisce = Fails
modelli-esempio-niente = nothing
modelli-esempio-differenza = Expected: { $attesi }. Found: { $trovati }.
modelli-versioni = Published versions
modelli-versioni-testo = Versions of the form, the latest first
modelli-revisioni = Revisions of the copy
modelli-revisioni-testo = Open a revision to read it again or to go on from there. The last 100 are kept, and those that were published.

# Two save at once
modelli-conflitto-titolo = Somebody saved before you
modelli-conflitto-testo = Your version is not saved yet. The copy has changed in the meantime.
modelli-conflitto-righe = Lines taken out are those of the saved copy, new ones are yours.
modelli-conflitto-tua = Your version
modelli-conflitto-salva = Save your version
modelli-conflitto-tieni = Keep the saved one
modelli-riga-tolta = line taken out:
modelli-riga-nuova = new line:

# Publishing
modelli-pubblica-vai = Publish
modelli-pubblica-titolo = Publish the form
modelli-pubblica-prima = This form is not published: it will be the first version in use.
modelli-pubblica-confronto = In use now: { $versione }. { $finestra }
modelli-pubblica-guasti = The texts have faults: they cannot be published.
modelli-pubblica-guasti-vai = Mend the texts
modelli-pubblica-tardi = The copy changed while you were writing. Read again what changes, then publish.
modelli-differenza = What changes in the texts
modelli-differenza-manca = The texts of the version in use are not kept: the lines cannot be compared.
modelli-differenza-nessuna = No line differs.
modelli-bozze = What those with a draft see
modelli-bozze-niente = No page to look at again. In another school year all of them are.
modelli-bozze-testo = Whoever filled in these pages will have to look at them again. In another school year it is all of them.
modelli-pubblica-quando = Period
modelli-pubblica-anno = Year in which the school year begins
modelli-pubblica-anno-aiuto = Four digits, such as 2026.
modelli-pubblica-anno-forma = Write the year with four digits, such as 2026.
modelli-pubblica-dal = First day
modelli-pubblica-dal-aiuto = From this day on it can be sent.
modelli-pubblica-dal-ora = Opening time (optional)
modelli-pubblica-dal-ora-aiuto = Without a time it is midnight.
modelli-pubblica-al = Last day
modelli-pubblica-al-aiuto = The whole day counts, unless you write a time.
modelli-pubblica-al-ora = Closing time (optional)
modelli-pubblica-al-ora-aiuto = From this time on nothing is sent.
modelli-pubblica-pochi = Few places
modelli-pubblica-pochi-testo = Only where places are few. If the form has ranking criteria, write only the number of places. Otherwise write from when they are booked, too.
modelli-pubblica-prenota = Day on which booking begins
modelli-pubblica-prenota-aiuto = Inside the period.
modelli-pubblica-prenota-ora = Time at which booking begins
modelli-pubblica-prenota-ora-aiuto = Italian time, to the minute.
modelli-pubblica-posti-nome = Places
modelli-pubblica-posti-aiuto = How many there are, 1 at least.
modelli-pubblica-dal-manca = Write the first day.
modelli-pubblica-al-manca = Write the last day.
modelli-pubblica-prenota-manca = Write from which day it is booked.
modelli-pubblica-minuto = That minute does not exist, because of summer time: choose another one.
modelli-pubblica-ordine = The last day comes before the first one: correct it.
modelli-pubblica-fuori = Booking has to begin inside the period.
modelli-pubblica-criteri-prenota = The form has criteria: places go by points and are not booked. Leave it empty.
modelli-pubblica-silenzio = Here silence counts as acceptance and would give places that are not there. Change “silence” in the procedura or leave it empty.
modelli-pubblica-criteri-mancano = Write from which day it is booked: the form has no ranking criteria.
modelli-pubblica-graduatoria = Some are in the ranking already: do not drop the places or change the criteria.
modelli-pubblica-prenotati = Some have booked already: write from when it is booked, and the places.
modelli-pubblica-posti = Write how many places there are, 1 at least.
modelli-pubblica = Publish

# Withdrawing
modelli-ritira-vai = Withdraw
modelli-ritira-titolo = Withdraw a version
modelli-ritira-testo = Nobody will be able to begin or send this version. What was filed stays.
modelli-ritira-poi = After that this one counts again: { $versione }. { $finestra }
modelli-ritira-vecchia = Nothing changes for those who fill in: a newer version counts already.
modelli-ritira-ultima = After that the form is not offered any more.
modelli-ritira-prenotati = It cannot be withdrawn: somebody has booked a place or is in the ranking, and the version that would count then has no places. Publish a version with places first.
modelli-ritira = Withdraw

# Preview
modelli-anteprima-vai = Preview
modelli-anteprima-titolo = Preview
modelli-anteprima-testo = The pages as a citizen sees them on a phone. Person and data are invented, nothing is sent.
modelli-anteprima-sola = Open the preview alone
modelli-anteprima-torna = Back to the texts
modelli-anteprima-cornice = The form on a phone
