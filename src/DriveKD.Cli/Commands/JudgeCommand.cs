using System.CommandLine;
using DriveKD.Cli.Commands.Judging;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd judge</c>: has a model grade the answers of a DriveBench result file.</summary>
internal static class JudgeCommand
{
    private static readonly EndpointSettings _defaults = new();

    public static Command Create(Terminal terminal)
    {
        Argument<string> answers = new("ANSWERS") { Description = "Result file: DriveBench's list of records, each with pred." };
        Option<string?> references = new("--references") { Description = "Reference answers, in DriveBench's or DriveLM's form, instead of the records' own.", HelpName = "FILE" };
        Option<string?> descriptions = new("--descriptions") { Description = "How objects look: visual_description.json, or DriveLM records. DriveLM references serve as such.", HelpName = "FILE" };
        Option<string> judge = new("--judge") { Description = "Who grades: openai:MODEL for a model behind any server that speaks the OpenAI API, or a model folder.", HelpName = "MODEL", Required = true };
        Option<string?> baseUrl = new("--base-url") { Description = "Address of the API up to its version (http://localhost:8000/v1). If not given: the variable OPENAI_BASE_URL, else OpenAI's own.", HelpName = "URL" };
        Option<string?> keyVariable = new("--key-variable") { Description = "Name of the environment variable that holds the key (if not given: OPENAI_API_KEY). The key itself is never an argument.", HelpName = "NAME" };
        Option<string> output = new("--out") { Description = "File for the graded records, one JSON document a line.", HelpName = "FILE", Required = true };
        Option<string?> cache = new("--cache") { Description = "File that keeps every reply (SQLite), so that a run started again pays for nothing twice. If not given: the --out file's name and .cache.", HelpName = "FILE" };
        Option<int> repeats = new("--repeats") { Description = "How often each answer is graded. The first time counts; the others measure how far the judge agrees with itself.", HelpName = "N", DefaultValueFactory = _ => 1 };
        Option<long?> budgetTokens = new("--budget-tokens") { Description = "Stop asking once so many tokens, sent and received, are spent.", HelpName = "N" };
        Option<double?> budgetCost = new("--budget-cost") { Description = "Stop asking once so much is spent, by --price-input and --price-output.", HelpName = "X" };
        Option<double?> priceInput = new("--price-input") { Description = "Price of a million tokens sent, in any currency.", HelpName = "X" };
        Option<double?> priceOutput = new("--price-output") { Description = "Price of a million tokens received.", HelpName = "X" };
        Option<int> concurrency = new("--concurrency") { Description = "Most requests under way at a time.", HelpName = "N", DefaultValueFactory = _ => _defaults.Concurrency };
        Option<double> timeout = new("--timeout") { Description = "Seconds that one attempt may take.", HelpName = "S", DefaultValueFactory = _ => _defaults.TimeoutSeconds };
        Option<int> retries = new("--retries") { Description = "How often a request is repeated after 429, 5xx, a time-out or a dropped connection.", HelpName = "N", DefaultValueFactory = _ => _defaults.Retries };
        Option<int> maxTokens = new("--max-tokens") { Description = "Most tokens of a reply.", HelpName = "N", DefaultValueFactory = _ => _defaults.MaxTokens };
        Option<bool> noTemperature = new("--no-temperature") { Description = "Send no temperature (0 otherwise), for models that refuse it." };
        Option<string> device = new("--device") { Description = "Where a model folder runs: auto, cpu, cuda or cuda:N.", HelpName = "DEVICE", DefaultValueFactory = _ => Devices.Automatic };
        Option<string> precision = new("--precision") { Description = "For a model folder: float32, bfloat16 or auto.", HelpName = "NAME", DefaultValueFactory = _ => Precisions.Automatic };
        Option<bool> json = new("--json") { Description = "Print one JSON document instead of tables." };
        Command command = new(
            "judge",
            "Have a model grade answers by DriveBench's sheets. Exit code 0: graded, also where some have no grade; 1: no answer has one; 2: stopped by a fault that concerns every request.")
        {
            answers, references, descriptions, judge, baseUrl, keyVariable, output, cache, repeats, budgetTokens, budgetCost, priceInput, priceOutput,
            concurrency, timeout, retries, maxTokens, noTemperature, device, precision, json,
        };
        command.SetAction(parse =>
        {
            JudgeSettings settings = new()
            {
                Answers = parse.GetRequiredValue(answers),
                References = parse.GetValue(references),
                Descriptions = parse.GetValue(descriptions),
                Judge = parse.GetRequiredValue(judge),
                Endpoint = new EndpointSettings
                {
                    BaseUrl = parse.GetValue(baseUrl),
                    KeyVariable = parse.GetValue(keyVariable),
                    Concurrency = parse.GetValue(concurrency),
                    TimeoutSeconds = parse.GetValue(timeout),
                    Retries = parse.GetValue(retries),
                    MaxTokens = parse.GetValue(maxTokens),
                    Temperature = parse.GetValue(noTemperature) ? null : 0,
                    InputPrice = parse.GetValue(priceInput),
                    OutputPrice = parse.GetValue(priceOutput),
                },
                Output = parse.GetRequiredValue(output),
                Cache = parse.GetValue(cache) ?? parse.GetRequiredValue(output) + ".cache",
                Repeats = parse.GetValue(repeats),
                BudgetTokens = parse.GetValue(budgetTokens),
                BudgetCost = parse.GetValue(budgetCost),
                Device = parse.GetValue(device)!,
                Precision = parse.GetValue(precision)!,
                AsJson = parse.GetValue(json),
            };
            return new JudgeCommandRun(terminal, settings).RunAsync(terminal.Interrupted).GetAwaiter().GetResult();
        });
        return command;
    }
}
