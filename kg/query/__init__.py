"""Reading the graph: the competency questions."""

from kg.query.questions import Parameter, Question, ask, catalogue, find

__all__ = ["Parameter", "Question", "ask", "catalogue", "find"]
