using System.CommandLine;
using DriveKD.Cli.Commands.Benching;
using DriveKD.Models.Measurement.Decoding;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd bench ask</c>: prefill against the machine's matrix products, decoding against its memory.</summary>
internal static class BenchAskCommand
{
    public static Command Create(Terminal terminal)
    {
        DecodeSettings defaults = new();
        Option<string> shape = new("--shape") { Description = "Shape whose decoder is measured, with random weights.", HelpName = "NAME", DefaultValueFactory = _ => defaults.Shape };
        Option<string?> folder = new("--model") { Description = "Model folder to measure in place of a shape.", HelpName = "FOLDER" };
        Option<string[]> precisions = new("--precision")
        {
            Description = "float32 or bfloat16; several behind one another.",
            HelpName = "NAME",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [.. defaults.Precisions],
        };
        Option<int> prefill = new("--prefill-tokens") { Description = "Tokens of the prompt whose prefill is timed.", HelpName = "N", DefaultValueFactory = _ => defaults.PrefillTokens };
        Option<int> prompt = new("--prompt-tokens") { Description = "Tokens before the first that is decoded.", HelpName = "N", DefaultValueFactory = _ => defaults.PromptTokens };
        Option<int> tokens = new("--new-tokens") { Description = "Tokens decoded in a round.", HelpName = "N", DefaultValueFactory = _ => defaults.NewTokens };
        Option<int> rounds = new("--rounds") { Description = "Rounds that count; one more warms up.", HelpName = "N", DefaultValueFactory = _ => defaults.Rounds };
        Option<int> buffer = new("--buffer") { Description = "MiB that are read for the memory's bandwidth: more than the caches hold.", HelpName = "MIB", DefaultValueFactory = _ => (int)(defaults.BufferBytes >> 20) };
        Option<string?> output = new("--out") { Description = "Write the JSON document to a file too; an existing one is replaced.", HelpName = "FILE" };
        Option<bool> json = new("--json") { Description = "Print one JSON document instead of tables." };
        Command command = new("ask", "Time prefill and decoding: shares of matrix products and of memory bandwidth.")
        {
            shape, folder, precisions, prefill, prompt, tokens, rounds, buffer, output, json,
        };
        command.SetAction(parse =>
        {
            DecodeSettings settings = new()
            {
                Shape = parse.GetValue(shape)!,
                Folder = parse.GetValue(folder),
                Precisions = parse.GetValue(precisions)!,
                PrefillTokens = parse.GetValue(prefill),
                PromptTokens = parse.GetValue(prompt),
                NewTokens = parse.GetValue(tokens),
                Rounds = parse.GetValue(rounds),
                BufferBytes = (long)parse.GetValue(buffer) << 20,
            };
            return new AskBenchRun(terminal, settings, parse.GetValue(output), parse.GetValue(json)).Run();
        });
        return command;
    }
}
