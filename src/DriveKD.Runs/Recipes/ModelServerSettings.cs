using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>A server that speaks the OpenAI API. Keys are named here, never written: they stay in the environment.</summary>
public record ModelServerSettings
{
    /// <summary>The address that <c>chat/completions</c> is appended to; null: <c>OPENAI_BASE_URL</c>, else OpenAI's own.</summary>
    [RecipeKey("The address of the API, up to and with its version (`http://localhost:8000/v1`); not set: the variable `OPENAI_BASE_URL`, else OpenAI's own")]
    [TextForm("https?://.+", "an http or https address")]
    public string? BaseUrl { get; init; }

    /// <summary>The environment variable that holds the key; null: <c>OPENAI_API_KEY</c>, which a server of one's own may do without.</summary>
    [RecipeKey("The name of the environment variable that holds the key (the name, never the key); not set: `OPENAI_API_KEY`, needed at OpenAI only")]
    [TextForm("[A-Za-z_][A-Za-z0-9_]*", "the name of an environment variable")]
    public string? KeyVariable { get; init; }

    /// <summary>Seconds that one attempt may take, from the request to the last byte of the reply.</summary>
    [RecipeKey("Seconds that one attempt may take, from the request to the end of the reply")]
    [NumberLimits(Above = 0, AtMost = 86400)]
    public double TimeoutSeconds { get; init; } = 120;

    /// <summary>The most requests under way at a time.</summary>
    [RecipeKey("The most requests under way at a time")]
    [NumberLimits(AtLeast = 1, AtMost = 1024)]
    public int Concurrency { get; init; } = 4;

    /// <summary>How often a request is repeated after 408, 429, 5xx, a time-out or a dropped connection.</summary>
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
