"""What sources say in the forms of other standards: each keeps who says so, and none states it as a fact."""
