# The keys of the queue
tastiera-link = Quick keys
tastiera-titolo = Keys of the queue
tastiera-tab = Everything is reached with Tab and opened with Enter. Boxes are ticked with the space bar.
tastiera-singoli = Single keys
tastiera-singoli-testo = They are optional and need scripts. While you type in a field they do nothing.
tastiera-j = Next row of the queue. On an application: the next one.
tastiera-k = Previous row of the queue. On an application: the previous one.
tastiera-x = Chooses the row, or takes the choice back.
tastiera-a = Goes to the choice of whom to assign to.
tastiera-invio-tasto = Enter
tastiera-invio = Opens the application of the row.
tastiera-elenco = Opens this page.
tastiera-dispositivo = Switching them off holds on this device.
tastiera-spegni = Switch the single keys off
tastiera-accendi = Switch the single keys on
