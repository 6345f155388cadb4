using System.Text.Json;
using System.Text.Json.Serialization;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Study;

/// <summary>Two methods as people preferred them.</summary>
/// <param name="MethodA">The first method.</param>
/// <param name="MethodB">The second method.</param>
/// <param name="WinsA">Votes for the first, as a share of all votes on the two.</param>
/// <param name="Ties">Votes for neither.</param>
/// <param name="WinsB">Votes for the second.</param>
/// <param name="SignTest">Two-sided exact sign test of 'neither is preferred', ties dropped; NaN where every vote is a tie.</param>
/// <param name="SignTestHolm">The same after Holm's correction for the number of comparisons.</param>
public sealed record PreferenceRow(
    string MethodA, string MethodB, Proportion WinsA, Proportion Ties, Proportion WinsB, double SignTest, double SignTestHolm);

/// <summary>How far raters agree on the same questions; 1 is perfect, 0 is chance. NaN where it is undefined, as when all votes are alike.</summary>
/// <param name="Questions">Questions of at least two votes; others say nothing of agreement.</param>
/// <param name="FleissKappa">Fleiss' kappa over a, tie, b, with its bootstrap interval over questions.</param>
/// <param name="AlphaNominal">Krippendorff's alpha where any two unlike votes are equally far apart.</param>
/// <param name="AlphaOrdinal">Krippendorff's alpha where a tie lies between a and b.</param>
public sealed record RaterAgreement(int Questions, Estimate FleissKappa, Estimate AlphaNominal, Estimate AlphaOrdinal);

/// <summary>A method's strength in the model of Bradley, Terry and Davidson.</summary>
/// <param name="Method">Its name.</param>
/// <param name="LogStrength">Natural logarithm of the strength; those of all methods sum to 0.</param>
/// <param name="StandardError">Of the log strength, from the observed information.</param>
/// <param name="Low">Lower end of the 95 % interval of the log strength.</param>
/// <param name="High">Upper end of the 95 % interval.</param>
public sealed record MethodStrength(string Method, double LogStrength, double StandardError, double Low, double High);

/// <summary>Strengths of all methods, strongest first.</summary>
/// <param name="Methods">One a method.</param>
/// <param name="TieParameter">Davidson's nu: between equals a tie is nu times as likely as a win of one of them; 0 where no vote is a tie.</param>
/// <param name="TieLow">Lower end of its 95 % interval.</param>
/// <param name="TieHigh">Upper end of its 95 % interval.</param>
public sealed record MethodStrengths(IReadOnlyList<MethodStrength> Methods, double TieParameter, double TieLow, double TieHigh);

/// <summary>How far a judge agrees with the people.</summary>
/// <param name="Judge">Name of the judge's file.</param>
/// <param name="Questions">Questions of which the judge scored both candidates.</param>
/// <param name="Unmatched">Questions left out: without a query, or of a candidate that the judge has no score for.</param>
/// <param name="TieBand">Scores this close, or closer, are a tie of the judge.</param>
/// <param name="Accuracy">Share of votes, ties left out, for the candidate that the judge scored higher; the judge's ties count half.</param>
/// <param name="Kappa">Cohen's kappa of the judge and the votes' majority, over a, tie, b.</param>
public sealed record JudgeAgreement(string Judge, int Questions, int Unmatched, double TieBand, Estimate Accuracy, Estimate Kappa);

/// <summary>What <see cref="StudyAnalysis"/> found in the votes of people. Serialised as indented JSON with camel-case names.</summary>
public sealed record StudyReport
{
    /// <summary>Name of the file of votes, without its folder.</summary>
    public required string Source { get; init; }

    /// <summary>Votes, those of published counts included.</summary>
    public required int Votes { get; init; }

    /// <summary>Questions; null where only counts are known.</summary>
    public int? Questions { get; init; }

    /// <summary>Raters; null where only counts are known.</summary>
    public int? Raters { get; init; }

    /// <summary>Seed of the bootstrap intervals.</summary>
    public required int Seed { get; init; }

    /// <summary>One row a pair of methods, in the order of their names in the file.</summary>
    public required IReadOnlyList<PreferenceRow> Comparisons { get; init; }

    /// <summary>Strengths; null where they have no finite estimate.</summary>
    public MethodStrengths? Strengths { get; init; }

    /// <summary>Why there are no strengths, as a sentence; null where there are.</summary>
    public string? StrengthsRefused { get; init; }

    /// <summary>Agreement of raters; null where no question has two votes.</summary>
    public RaterAgreement? Agreement { get; init; }

    /// <summary>Agreement of judge and people; null where no judge was given.</summary>
    public JudgeAgreement? Judge { get; init; }

    /// <summary>Indented JSON with camel-case names.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, StudyJson.Default.StudyReport);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is no such report.</exception>
    public static StudyReport FromJson(string json) =>
        JsonSerializer.Deserialize(json, StudyJson.Default.StudyReport) ?? throw new JsonException("The report is null.");

    /// <summary>Tables and the sentences that say what the numbers are.</summary>
    public string ToMarkdown() => StudyMarkdown.Write(this);
}

/// <summary>The report's JSON: NaN, where something is undefined, is written as "NaN".</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    RespectNullableAnnotations = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(StudyReport))]
internal sealed partial class StudyJson : JsonSerializerContext;
