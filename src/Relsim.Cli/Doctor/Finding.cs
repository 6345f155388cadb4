using System.Text.Json.Serialization;

namespace Relsim.Cli.Doctor;

/// <summary>How a part of the system does.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Health>))]
internal enum Health
{
    [JsonStringEnumMemberName("ok")]
    Ok,

    [JsonStringEnumMemberName("warning")]
    Warning,

    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>What was found about one part of the system.</summary>
/// <param name="Part">The part.</param>
/// <param name="Health">Whether it works.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Advice">What to do, or null where nothing needs to be done.</param>
internal sealed record Finding(string Part, Health Health, string Detail, string? Advice = null);
