using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>The server behind the models that are written <c>openai:MODEL</c>. Its key is named here, never written.</summary>
public sealed record ModelServerSettings
{
    /// <inheritdoc cref="EndpointSettings.BaseUrl" />
    [RecipeKey("The address of the API, up to and with its version (`http://localhost:8000/v1`); not set: the variable `OPENAI_BASE_URL`, else OpenAI's own")]
    [TextForm("https?://.+", "an http or https address")]
    public string? BaseUrl { get; init; }

    /// <inheritdoc cref="EndpointSettings.KeyVariable" />
    [RecipeKey("The name of the environment variable that holds the key (the name, never the key); not set: `OPENAI_API_KEY`, needed at OpenAI only")]
    [TextForm("[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable")]
    public string? KeyVariable { get; init; }

    /// <inheritdoc cref="EndpointSettings.TimeoutSeconds" />
    [RecipeKey("Seconds that one attempt may take, from the request to the end of the reply")]
    [NumberLimits(Above = 0, AtMost = 86400)]
    public double TimeoutSeconds { get; init; } = 120;

    /// <inheritdoc cref="EndpointSettings.Concurrency" />
    [RecipeKey("The most requests under way at a time")]
    [NumberLimits(AtLeast = 1, AtMost = 1024)]
    public int Concurrency { get; init; } = 4;

    /// <inheritdoc cref="EndpointSettings.Retries" />
    [RecipeKey("How often a request is repeated after 408, 429, 5xx, a time-out or a dropped connection")]
    [NumberLimits(AtLeast = 0, AtMost = 100)]
    public int Retries { get; init; } = 5;

    /// <summary>The same with what a recipe's prompts say.</summary>
    /// <param name="prompts">Tokens and temperature.</param>
    public EndpointSettings ToEndpoint(PromptSettings prompts) => new()
    {
        BaseUrl = BaseUrl,
        KeyVariable = KeyVariable,
        TimeoutSeconds = TimeoutSeconds,
        Concurrency = Concurrency,
        Retries = Retries,
        MaxTokens = prompts.MaxNewTokens,
        Temperature = prompts.Temperature,
    };
}
