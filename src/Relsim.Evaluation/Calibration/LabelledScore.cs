namespace Relsim.Evaluation.Calibration;

/// <summary>A pair's score and what people say of the pair.</summary>
/// <param name="Score">Cosine of the two embeddings, in [-1, 1].</param>
/// <param name="Related">Share of people who call the pair related, 0 to 1. A pair counts once, however many were asked: their votes on one pair are not independent.</param>
public readonly record struct LabelledScore(double Score, double Related);
