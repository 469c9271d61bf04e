using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Judging;

/// <summary>What the user wrote behind <c>drivekd judge</c>.</summary>
internal sealed record JudgeSettings
{
    private const int MostConcurrency = 1024;
    private const int MostRetries = 100;
    private const double LongestTimeout = 86400;

    public required string Answers { get; init; }

    public required string? References { get; init; }

    public required string? Descriptions { get; init; }

    public required string Judge { get; init; }

    public required EndpointSettings Endpoint { get; init; }

    public required string Output { get; init; }

    public required string Cache { get; init; }

    public required int Repeats { get; init; }

    public required long? BudgetTokens { get; init; }

    public required double? BudgetCost { get; init; }

    public required string Device { get; init; }

    public required string Precision { get; init; }

    public required bool AsJson { get; init; }

    /// <summary>Refuses values that make no sense, all at once.</summary>
    /// <exception cref="InputException">At least one.</exception>
    public void Validate()
    {
        ProblemList problems = new();
        void Require(bool holds, string option, IFormattable? value, string expected)
        {
            if (!holds)
            {
                problems.Add(option, $"is {value?.ToString(null, CultureInfo.InvariantCulture)}; {expected} is expected.");
            }
        }

        Require(Repeats is >= 1 and <= 100, "--repeats", Repeats, "1 to 100");
        Require(BudgetTokens is null or >= 0, "--budget-tokens", BudgetTokens, "0 or more");
        Require(BudgetCost is null or >= 0, "--budget-cost", BudgetCost, "0 or more");
        Require(Endpoint.Concurrency is >= 1 and <= MostConcurrency, "--concurrency", Endpoint.Concurrency, $"1 to {MostConcurrency}");
        Require(Endpoint.TimeoutSeconds is > 0 and <= LongestTimeout, "--timeout", Endpoint.TimeoutSeconds, $"above 0 and at most {LongestTimeout}");
        Require(Endpoint.Retries is >= 0 and <= MostRetries, "--retries", Endpoint.Retries, $"0 to {MostRetries}");
        Require(Endpoint.MaxTokens >= 1, "--max-tokens", Endpoint.MaxTokens, "at least 1");
        Require(Endpoint.InputPrice is null or >= 0, "--price-input", Endpoint.InputPrice, "0 or more");
        Require(Endpoint.OutputPrice is null or >= 0, "--price-output", Endpoint.OutputPrice, "0 or more");
        if (BudgetCost is not null && Endpoint.InputPrice is null && Endpoint.OutputPrice is null)
        {
            problems.Add("--budget-cost", "needs prices to count by; give --price-input and --price-output.");
        }

        RefuseSameFile(problems);
        problems.ThrowIfAny();
        OutputFile.RequireWritable(Output);
    }

    private void RefuseSameFile(ProblemList problems)
    {
        (string Option, string? File)[] files = [("ANSWERS", Answers), ("--references", References), ("--descriptions", Descriptions), ("--cache", Cache)];
        foreach ((string option, string? file) in files)
        {
            if (file is { Length: > 0 } && Output.Length > 0 && Path.GetFullPath(file) == Path.GetFullPath(Output))
            {
                problems.Add("--out", $"'{Output}' is the {option} file, which would be lost; choose another name.");
            }
        }
    }
}
