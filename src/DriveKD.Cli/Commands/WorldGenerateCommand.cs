using System.CommandLine;
using DriveKD.Cli.Commands.Worlds;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd world generate</c>: scenes with questions, as record files.</summary>
internal static class WorldGenerateCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<int> scenes = new("--scenes") { Description = "Scenes in all.", HelpName = "N", Required = true };
        Option<string> output = new("--out")
        {
            Description = "Folder to write: it must not exist or be empty. Pictures, record files of each part in two layouts, captions, general questions, summary.json.",
            HelpName = "DIR",
            Required = true,
        };
        Option<ulong> seed = new("--seed") { Description = "The same seed gives the same bytes, whatever the number of cores.", HelpName = "N", DefaultValueFactory = _ => 0 };
        Option<string> level = new("--level") { Description = "How hard the scenes are: lesson, road or town.", HelpName = "LEVEL", DefaultValueFactory = _ => "lesson" };
        Option<int> size = new("--size") { Description = "Pixels of a picture's side.", HelpName = "N", DefaultValueFactory = _ => 84 };
        Option<string> cameras = new("--cameras") { Description = "Views of every question: front, or all six.", HelpName = "front|all", DefaultValueFactory = _ => "front" };
        Option<string> references = new("--references")
        {
            Description = "How questions name objects: in words, by object tags, or both.",
            HelpName = "words|tags|both",
            DefaultValueFactory = _ => "both",
        };
        Option<string> splits = new("--splits")
        {
            Description = "Shares of the scenes for training, validation and tests; 0 leaves a part out.",
            HelpName = "A/B/C",
            DefaultValueFactory = _ => "80/10/10",
        };
        Option<int?> questions = new("--questions") { Description = "Questions of each capability over all parts; three times the scenes if not given.", HelpName = "N" };
        Option<bool> openOnly = new("--open-only") { Description = "Leave multiple choice out." };
        Option<bool> letterOnly = new("--letter-only") { Description = "Answer multiple choice by the letter alone, not by the option's words and the letter." };
        Option<bool> facts = new("--facts") { Description = "Write what is true of each scene too, a file each." };
        Command command = new("generate", "Make driving scenes with questions and answers, as record files.")
        {
            scenes, output, seed, level, size, cameras, references, splits, questions, openOnly, letterOnly, facts,
        };
        command.SetAction(parse => new WorldGeneration(terminal, GenerateRequest.Check(
            parse.GetValue(scenes),
            parse.GetValue(seed),
            parse.GetValue(level)!,
            parse.GetValue(size),
            parse.GetValue(cameras)!,
            parse.GetValue(references)!,
            parse.GetValue(splits)!,
            parse.GetValue(questions),
            parse.GetValue(openOnly),
            parse.GetValue(letterOnly),
            parse.GetValue(facts))).Run(parse.GetRequiredValue(output)));
        return command;
    }
}
