# Booking of places, where they are few.

posto-titolo = Book a place
posto-titolo-fatto = Your place
posto-pochi = Places are limited
posto-apre = { $posti ->
    [one] There is one place. It can be booked from { $apre }.
   *[other] There are { $posti } places. They can be booked from { $apre }.
}
posto-come = Send the application first. At the opening just press “Book”: first come, first served.
posto-orologio = Our clock says { $ora }.
posto-prima = Before the opening the button books nothing. Press it again at that time.
posto-liberi = { $posti ->
    [one] There is one place and it is free. Booking is open.
   *[other] Booking is open. Places free: { $n } of { $posti }.
}
posto-esauriti = { $posti ->
    [one] The place is booked. Whoever books now goes on the waiting list.
   *[other] All { $posti } places are booked. Whoever books now goes on the waiting list.
}
posto-fino = You can book until { $fine }.
posto-presto = Not yet: booking opens on { $apre }. We have recorded nothing.
posto-tardi = Booking is closed.
posto-fatto = You have booked: there is nothing else to do.
posto-provvisorio = The place is provisional. The office looks at applications in the order of arrival and answers you. If somebody gives up, you move up.
posto-insieme = One request books for { $n } applications.
posto-prenota = Book
posto-prenota-domanda = Book the place: application { $numero }
posto-manca = Sending does not book the place: one step is left.
posto-vedi = Place: book it or see where you stand
posto-domande = Your applications
posto-domanda = Application { $numero }
posto-da-prenotare = Place to book
posto-fuori = No place: application withdrawn, rejected or decided
posto-provvisorio-n = Provisional place { $n } of { $posti }
posto-attesa = Waiting list: { $n }
posto-arrivo = Arrived as number { $n }, on { $data } at { $ora }

# Office
posti-menu = Places
posti-titolo = Booked places
posti-elenco = Services with places to book, the latest opening first
posti-vuota = No service has places to book. The number of places and the time are given when a form is published.
posti-apertura = Opening
posti-quanti = Places
posti-prenotati = Booked
posti-ordine = Order of arrival: { $titolo }
posti-ordine-sotto = { $posti } places, { $prenotati } bookings, opening { $apre }.
posti-ordine-elenco = Applications in the order of arrival
posti-ordine-vuota = Nobody has booked yet.
posti-arrivo = Arrival
posti-ora = Time
posti-posto = Place
posti-pagine = Pages of the order of arrival
