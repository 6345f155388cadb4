namespace Relsim.Evaluation.Services;

/// <summary>Address and key of a service, from the options and the environment.</summary>
/// <param name="Address">Where requests go.</param>
/// <param name="Key">The key, or null where none is needed. Never to be printed, stored or hashed.</param>
internal sealed record ServiceEndpoint(Uri Address, string? Key)
{
    private const string AzureApi = "/openai/v1";

    /// <summary>Looks the service up.</summary>
    /// <exception cref="ServiceException">A key or an address is missing, or the address is none; the message names the variable or option.</exception>
    public static ServiceEndpoint Of(ServiceSpec spec, ServiceOptions options) => spec.Kind switch
    {
        ServiceKind.OpenAI => new(
            FindAddress(options, "OPENAI_BASE_URL") ?? new Uri("https://api.openai.com/v1"),
            Required(spec, options, "OPENAI_API_KEY")),
        ServiceKind.Azure => new(
            ToAzureApi(FindAddress(options, "AZURE_OPENAI_ENDPOINT")
                ?? throw Missing(spec, "AZURE_OPENAI_ENDPOINT", "the resource's address, https://NAME.openai.azure.com")),
            Required(spec, options, "AZURE_OPENAI_API_KEY")),
        ServiceKind.Ollama => new(FindAddress(options, "OLLAMA_HOST", "http://", 11434) ?? new Uri("http://localhost:11434"), null),
        ServiceKind.Vllm => new(
            FindAddress(options, "VLLM_BASE_URL")
                ?? throw new ServiceException($"{spec}: the server's address is missing. Give it with --base-url or in the environment variable VLLM_BASE_URL: http://HOST:8000/v1."),
            Variable(options, "VLLM_API_KEY")),
        _ => throw new ServiceException($"{spec}: unknown kind of service. Known are {ServiceSpec.Forms}."),
    };

    /// <summary>The address without its query, which may hold a key as well.</summary>
    public override string ToString() => Address.GetLeftPart(UriPartial.Path);

    private static string Required(ServiceSpec spec, ServiceOptions options, string name) =>
        Variable(options, name) ?? throw Missing(spec, name, "the service's key");

    private static ServiceException Missing(ServiceSpec spec, string name, string what) =>
        new($"{spec}: the environment variable {name} is not set. It holds {what}.");

    private static string? Variable(ServiceOptions options, string name) =>
        options.Variables(name)?.Trim() is { Length: > 0 } value ? value : null;

    private static Uri? FindAddress(ServiceOptions options, string variable, string scheme = "", int port = 0)
    {
        string? text = options.BaseUrl ?? Variable(options, variable);
        if (text is null)
        {
            return null;
        }

        string source = options.BaseUrl is not null ? "--base-url" : variable;
        bool isBare = scheme.Length > 0 && !text.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(isBare ? scheme + text : text, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
        {
            throw new ServiceException($"{source} is not an address such as http://localhost:8000/v1.");
        }

        if (address.UserInfo.Length > 0)
        {
            throw new ServiceException($"{source} holds a user name or password; keys are given in the environment alone.");
        }

        // OLLAMA_HOST may be the bare address that the server listens at.
        return isBare && address.IsDefaultPort ? new UriBuilder(address) { Port = port }.Uri : address;
    }

    private static Uri ToAzureApi(Uri endpoint)
    {
        string address = endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return new Uri(address.EndsWith(AzureApi, StringComparison.OrdinalIgnoreCase) ? address : address + AzureApi);
    }
}
