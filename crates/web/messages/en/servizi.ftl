# List of services, search, service card.
servizi-sommario = Search for a service or choose from the list.
servizi-tutti = All services
servizi-trovati = { $quanti ->
    [0] No results for “{ $parole }”
    [one] One result for “{ $parole }”
   *[other] { $quanti } results for “{ $parole }”
}
servizi-prova = Try a simpler word, for example “mensa”. Or ask the office.
servizi-nessuno = This municipality offers no online services here yet.
servizi-categorie = Categories
categoria-educazione = Education and training
categoria-educazione-testo = Services for school, children and families.
argomento-istruzione = Education
argomento-famiglie = Families
scheda-attivo = Service active
scheda-non-attivo = Service not active now.
scheda-indice = On this page
scheda-a-chi = Who it is for
scheda-come-fare = How to do it
scheda-cosa-serve = What you need
scheda-cosa-ottiene = What you get
scheda-tempi = Times and deadlines
scheda-costi = Costs
scheda-accedi = Use the service
scheda-condizioni = Terms of service
scheda-contatti = Contacts
scheda-argomenti = Topics
scheda-risposta = { $giorni ->
    [one] The office answers within 1 day of the application at most.
   *[other] The office answers within { $giorni } days of the application at most.
}
scheda-vai-modello = Go to the form
scheda-costo-domanda = Cost of the application: { $costo }.
scheda-tempi-modello = You can apply in the period shown below.
scheda-condizioni-dichiarazione = What you state in the application counts as a formal declaration.
mensa-titolo = School canteen
mensa-descrizione = Lunch at school for children of nursery and primary school.
mensa-rivolto-1 = Parents, guardians and foster carers of children at the schools of the municipality.
mensa-rivolto-2 = The person who applies is the one who then pays the fees.
mensa-come-1 = Choose the form and press Start application. Sign in with your digital identity and answer the questions.
mensa-come-2 = You can stop at any time with Suspend and go on from another device.
mensa-come-3 = At the end press Send. You get the number of the application and the receipt at once.
mensa-serve-1 = the digital identity (SPID or CIE) of the parent who pays the fees;
mensa-serve-2 = the tax code of each child to enrol;
mensa-serve-3 = the IBAN, if you choose direct debit;
mensa-serve-4 = the doctor’s certificate, only for a medical diet.
mensa-ottieni-1 = Enrolment in the canteen for one school year.
mensa-ottieni-2 = Each child has an application and a number of its own.
mensa-tempi-1 = You apply every year, in the period given below.
mensa-costi-1 = The application is free and needs no revenue stamp.
mensa-costi-2 = The price of a meal depends on the ISEE and on where you live. Without ISEE you pay the highest one. Ask the office for the amounts.
mensa-condizioni-1 = The enrolment holds for the school year named in the form.
