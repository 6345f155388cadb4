using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Relsim.Evaluation.Statistics;

namespace Relsim.Evaluation.Retrieval;

/// <summary>What <see cref="RelationalBenchmark"/> measured.</summary>
/// <param name="Model">Fingerprint of the model.</param>
/// <param name="Tables">One a question.</param>
/// <param name="InterestAuc">Area under the ROC curve of 'is there a relation at all'; null where the model does not say.</param>
public sealed record RelationalReport(string Model, IReadOnlyList<BenchmarkTable> Tables, Estimate? InterestAuc)
{
    /// <summary>The tables and the AUC as markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        foreach (BenchmarkTable table in Tables)
        {
            text.AppendLine(table.ToMarkdown());
        }

        if (InterestAuc is not null)
        {
            text.AppendLine("### Is there a relation at all").AppendLine();
            text.Append(CultureInfo.InvariantCulture, $"AUC {InterestAuc} over relational scenes against clutter. ");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"Model {Model}.");
        return text.ToString();
    }

    /// <summary>Indented JSON with camel-case names.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RelationalReportJson.Default.RelationalReport);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(RelationalReport))]
internal sealed partial class RelationalReportJson : JsonSerializerContext;
