using System.CommandLine;
using Microsoft.Extensions.AI;
using Relsim.Evaluation.Services;

namespace Relsim.Cli;

/// <summary>The options that name a chat service and how it is reached. Keys come from the environment alone.</summary>
internal sealed class ServiceOption(string name, string description, bool isRequired = false)
{
    private readonly Option<string?> _service = new(name)
    {
        Description = $"{description}: {ServiceSpec.Forms}. Keys are read from OPENAI_API_KEY, AZURE_OPENAI_API_KEY (with AZURE_OPENAI_ENDPOINT) or VLLM_API_KEY.",
        Required = isRequired,
    };

    private readonly Option<string?> _baseUrl = new("--base-url")
    {
        Description = "Address of the service, e.g. http://localhost:8000/v1 (default: OPENAI_BASE_URL, AZURE_OPENAI_ENDPOINT, OLLAMA_HOST, VLLM_BASE_URL or the usual one).",
    };

    private readonly Option<int> _timeout = new("--timeout") { Description = "Seconds to wait for an answer of the service.", DefaultValueFactory = _ => (int)new ServiceOptions().Timeout.TotalSeconds };

    public void AddTo(Command command)
    {
        _timeout.RequireAtLeast(1);
        command.Options.Add(_service);
        command.Options.Add(_baseUrl);
        command.Options.Add(_timeout);
    }

    /// <summary>The service that a command line names, or null.</summary>
    /// <exception cref="ServiceException">The name is of no known form.</exception>
    /// <exception cref="CommandException">There is an address, and no service that it is the address of.</exception>
    public ServiceSpec? Find(ParseResult parse) => parse.GetValue(_service) switch
    {
        { } text => ServiceSpec.Parse(text),
        null when parse.GetValue(_baseUrl) is not null => throw new CommandException($"--base-url is the address of a service. Name it with {name}."),
        null => null,
    };

    /// <summary>Opens it.</summary>
    /// <exception cref="ServiceException">A key or an address is missing.</exception>
    public IChatClient Open(ParseResult parse, ServiceSpec spec) => ChatServices.Open(
        spec, new ServiceOptions { BaseUrl = parse.GetValue(_baseUrl), Timeout = TimeSpan.FromSeconds(parse.GetValue(_timeout)) });
}
