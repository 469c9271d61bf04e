using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Clients;

/// <summary>A model behind a server that speaks the OpenAI API: where, which, how it is asked, and with which key.</summary>
public sealed class Endpoint
{
    /// <summary>The variable that holds the address where none is given.</summary>
    public const string BaseUrlVariable = "OPENAI_BASE_URL";

    /// <summary>OpenAI's own address.</summary>
    public static readonly Uri OpenAI = new("https://api.openai.com/v1");

    private Endpoint(Uri baseUrl, string model, string keyVariable, ApiKey? key, EndpointSettings settings) =>
        (BaseUrl, Model, KeyVariable, Key, Settings) = (baseUrl, model, keyVariable, key, settings);

    /// <summary>The address that <c>/chat/completions</c> is appended to.</summary>
    public Uri BaseUrl { get; }

    /// <summary>The server's name for the model.</summary>
    public string Model { get; }

    /// <summary>The name of the variable that the key was looked for in.</summary>
    public string KeyVariable { get; }

    /// <summary>How it is asked.</summary>
    public EndpointSettings Settings { get; }

    /// <summary>A key is sent with each request.</summary>
    public bool HasKey => Key is not null;

    /// <summary>The server is OpenAI's.</summary>
    public bool IsOpenAI => BaseUrl.Host.Equals(OpenAI.Host, StringComparison.OrdinalIgnoreCase);

    /// <summary>The secret.</summary>
    internal ApiKey? Key { get; }

    /// <summary>Finds out where and with which key a model is asked.</summary>
    /// <param name="model">The server's name for the model.</param>
    /// <param name="settings">How it is asked.</param>
    /// <param name="environment">Looks a variable up; the process's own environment where null.</param>
    /// <exception cref="InputException">The address is not valid, or the key is missing.</exception>
    public static Endpoint Resolve(string model, EndpointSettings settings, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        List<Problem> problems = [];
        Uri baseUrl = ReadBaseUrl(settings, environment, problems);
        string variable = settings.KeyVariable ?? EndpointSettings.DefaultKeyVariable;
        ApiKey? key = null;
        try
        {
            key = ApiKey.Read(variable, environment);
        }
        catch (InputException exception)
        {
            problems.AddRange(exception.Problems);
        }

        Endpoint endpoint = new(baseUrl, model, variable, key, settings);
        if (key is null && problems.Count == 0 && (settings.KeyVariable is not null || endpoint.IsOpenAI))
        {
            problems.Add(new Problem(
                endpoint.ToString(), $"the key is missing: the environment variable {variable} is not set. Set it (export {variable}=...), or name another variable."));
        }

        return problems.Count > 0 ? throw new InputException(problems) : endpoint;
    }

    /// <inheritdoc />
    public override string ToString() => $"{ModelAddress.EndpointPrefix}{Model} at {BaseUrl}";

    private static Uri ReadBaseUrl(EndpointSettings settings, Func<string, string?> environment, List<Problem> problems)
    {
        string? ofEnvironment = environment(BaseUrlVariable)?.Trim();
        (string where, string? text) = settings.BaseUrl is not null ? ("base URL", settings.BaseUrl.Trim()) : (BaseUrlVariable, ofEnvironment);
        if (string.IsNullOrEmpty(text))
        {
            return OpenAI;
        }

        // The text may hold a password: it is not repeated.
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            problems.Add(new Problem(where, "is no http or https address; one like http://localhost:8000/v1 is expected."));
            return OpenAI;
        }

        if (url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            problems.Add(new Problem(
                where, "holds a user name, a password or a query; give the address alone, and the key in an environment variable."));
            return OpenAI;
        }

        const string Operation = "/chat/completions";
        string path = url.AbsolutePath.TrimEnd('/');
        path = path.EndsWith(Operation, StringComparison.OrdinalIgnoreCase) ? path[..^Operation.Length] : path;
        return new UriBuilder(url) { Path = path }.Uri;
    }
}
