using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>How a model behind a server that speaks the OpenAI API is asked.</summary>
public sealed record EndpointSettings : ModelServerSettings
{
    /// <summary>The variable that holds the key where none is named.</summary>
    public const string DefaultKeyVariable = "OPENAI_API_KEY";

    /// <summary>The most tokens of a reply.</summary>
    [RecipeKey("The most tokens of a reply")]
    [NumberLimits(AtLeast = 1)]
    public int MaxTokens { get; init; } = 1024;

    /// <summary>The sampling temperature; null sends none, for models that refuse the parameter.</summary>
    [RecipeKey("The sampling temperature; `null` sends none, for models that refuse it")]
    [NumberLimits(AtLeast = 0)]
    public double? Temperature { get; init; } = 0;

    /// <summary>The price of a million tokens of requests, in any currency; null where it is not known.</summary>
    [RecipeKey("The price of a million tokens sent, in any currency; with `output_price` costs are counted")]
    [NumberLimits(AtLeast = 0)]
    public double? InputPrice { get; init; }

    /// <summary>The price of a million tokens of replies, in the same currency.</summary>
    [RecipeKey("The price of a million tokens received, in the same currency")]
    [NumberLimits(AtLeast = 0)]
    public double? OutputPrice { get; init; }
}
