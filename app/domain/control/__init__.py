"""Authors in control: being asked, removed, proved, told, and what is kept how long."""
