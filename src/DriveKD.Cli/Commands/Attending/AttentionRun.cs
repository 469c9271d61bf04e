using System.Globalization;
using DriveKD.Analysis.AttentionPages;
using DriveKD.Cli.Shell;
using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Attention;
using DriveKD.Models.Tensors;

namespace DriveKD.Cli.Commands.Attending;

/// <summary>One run of <c>drivekd attention</c>: check, answer, read the maps of one model after the other, draw, write.</summary>
internal sealed class AttentionRun(Terminal terminal, AttentionSettings settings) : IProgress<LoadProgress>, IProgress<AnswerProgress>
{
    private const string PageFile = "index.html";

    private WaitLine? _wait;
    private string _model = "";
    private int _layers;

    /// <summary>Does it all.</summary>
    /// <returns>Done, or cancelled.</returns>
    public int Run()
    {
        AttentionInput input = AttentionInput.Read(settings);
        using WaitLine wait = new(terminal);
        _wait = wait;
        if (ReadAll(input) is not AttentionReport report)
        {
            return ExitCode.Cancelled;
        }

        wait.Show("drawing the maps");
        Write(report);
        wait.Hide();
        if (settings.AsJson)
        {
            terminal.WriteRaw(AttentionJson.Write(report, hasWeights: false).TrimEnd('\n'));
        }
        else
        {
            Summarize(report);
        }

        return ExitCode.Done;
    }

    /// <inheritdoc />
    void IProgress<LoadProgress>.Report(LoadProgress value) => _wait?.Show(string.Create(
        CultureInfo.InvariantCulture,
        $"loading {_model}: {100.0 * value.BytesDone / Math.Max(1, value.BytesTotal):F0} % of {value.BytesTotal / 1e9:F2} GB"));

    /// <inheritdoc />
    void IProgress<AnswerProgress>.Report(AnswerProgress value) => _wait?.Show(value.Stage switch
    {
        AnswerStage.Vision => string.Create(CultureInfo.InvariantCulture, $"{_model} looks at the pictures: {value.Done} of {value.Total} tiles"),
        AnswerStage.Prefill => string.Create(CultureInfo.InvariantCulture, $"{_model} reads the prompt of {value.Total} tokens"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{_model}: reading {_layers} layer{(_layers == 1 ? "" : "s")} over {value.Total} tokens"),
    });

    /// <summary>One model in memory at a time.</summary>
    /// <returns>Null where the answer was interrupted.</returns>
    private AttentionReport? ReadAll(AttentionInput input)
    {
        AttentionReport report;
        IReadOnlyList<TextToVisionMap> maps;
        using (ModelAssistant teacher = Load(settings.Folder))
        {
            // The pictures that it answers about are not encoded again for the maps.
            teacher.KeepsPrompts = true;
            SequenceReader reader = new(teacher);
            AttentionSequence sequence;
            StopReason reason = StopReason.StopToken;
            if (settings.Answer is string given)
            {
                sequence = reader.Of(input.Question, given);
            }
            else
            {
                Answer answer = teacher.Answer(input.Question, input.Generation, progress: this, onText: _ => _wait!.Show($"{_model} answers"), cancellation: terminal.Interrupted);
                if (answer.StopReason == StopReason.Cancelled)
                {
                    return null;
                }

                sequence = reader.Of(input.Question, answer);
                reason = answer.StopReason;
            }

            ChosenRows rows = settings.Word is string word ? reader.Choose(sequence, word) : Choose(reader, sequence, input.Rows);
            _layers = input.Layers.Count;
            maps = reader.Read(sequence, rows, input.Layers, this, terminal.Interrupted);
            (IReadOnlyList<SequencePiece> prompt, IReadOnlyList<SequencePiece> answerPieces) = reader.Show(sequence, rows);
            AttentionModel model = Describe(teacher);
            BuildInfo build = BuildInfo.OfThisProgram;
            report = new AttentionReport
            {
                Teacher = model,
                Student = null,
                Sequence = sequence,
                IsAnswerGiven = settings.Answer is not null,
                IsAnswerCutOff = reason == StopReason.MaxNewTokens,
                Rows = rows,
                PromptPieces = prompt,
                AnswerPieces = answerPieces,
                Layers = [.. maps.Select(map => new LayerPair(new LayerMaps(map.Layer, reader.Place(sequence, map)), null, null))],
                Program = $"drivekd {build.Version} ({build.Commit ?? "unknown"})",
                Versions = new Dictionary<string, string> { ["libtorch"] = $"{build.LibtorchVersion} for {build.LibtorchDevice}", ["TorchSharp"] = build.TorchSharpVersion },
                MadeAt = terminal.Time.GetLocalNow(),
            };
        }

        return settings.Student is string folder ? Beside(report, maps, folder) : report;
    }

    private AttentionReport Beside(AttentionReport report, IReadOnlyList<TextToVisionMap> maps, string folder)
    {
        terminal.Interrupted.ThrowIfCancellationRequested();
        using ModelAssistant student = Load(folder);
        SequenceReader reader = new(student);
        AttentionModel model = Describe(student);
        IReadOnlyList<int> layers = AttentionComparison.StudentLayers([.. maps.Select(map => map.Layer)], report.Teacher.Layers, model.Layers);
        _layers = layers.Count;
        IReadOnlyList<TextToVisionMap> own = reader.Read(report.Sequence, report.Rows, layers, this, terminal.Interrupted);
        return report with
        {
            Student = model,
            Layers = AttentionComparison.SetBeside(maps, report.Teacher.Layers, report.Layers, own, model.Layers, map => reader.Place(report.Sequence, map)),
        };
    }

    private ModelAssistant Load(string folder)
    {
        _model = ModelName(folder);
        _wait!.Show($"loading {_model}");
        return ModelAssistant.Load(folder, settings.Device, settings.Precision, this, settings.Limits, terminal.Interrupted);
    }

    /// <summary>A model's empty answer has no rows: the message says what to do here.</summary>
    private static ChosenRows Choose(SequenceReader reader, AttentionSequence sequence, AttentionRows rows) =>
        rows == AttentionRows.Answer && sequence.AnswerIds.Count == 0
            ? throw new InputException("answer", "of the model is empty, so it has no tokens whose attention could be drawn; give one with --answer, or draw the question's: --rows question.")
            : reader.Choose(sequence, rows);

    private static AttentionModel Describe(ModelAssistant assistant) => new(
        ModelName(assistant.Folder),
        assistant.Folder,
        assistant.Config.Language.Layers,
        assistant.Config.Language.Heads,
        Devices.NameOf(assistant.Placement.Device),
        Precisions.NameOf(assistant.Placement.DType));

    private void Write(AttentionReport report)
    {
        AttentionSheet sheet = new(report);
        OutputFolder.Write(settings.Output, folder =>
        {
            File.WriteAllText(Path.Combine(folder, PageFile), AttentionPage.Write(report));
            File.WriteAllBytes(Path.Combine(folder, "maps.png"), sheet.DrawPng());
            File.WriteAllText(Path.Combine(folder, "maps.svg"), sheet.DrawSvg());
            File.WriteAllText(Path.Combine(folder, "attention.json"), AttentionJson.Write(report));
            if (report.Student is not null)
            {
                File.WriteAllText(Path.Combine(folder, "distances.csv"), AttentionCsv.Write(report));
            }
        });
    }

    private void Summarize(AttentionReport report)
    {
        terminal.WriteRaw(PlainText.ForTerminal($"answer: {report.Sequence.Answer.Trim()}"));
        terminal.WriteRaw(PlainText.ForTerminal(string.Create(
            CultureInfo.InvariantCulture, $"attention of {report.Layers.Count} of {report.Teacher.Layers} layers, mean over heads and over {report.Rows.Description}")));
        terminal.Output.Write(LayerTable.Of(report));
        terminal.WriteRaw(PlainText.ForTerminal($"written to {settings.Output}; look at {Path.Combine(settings.Output, PageFile)}"));
        if (report.IsAnswerCutOff)
        {
            terminal.ErrorText.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the answer was cut off after {report.Sequence.AnswerIds.Count} tokens (--max-new-tokens)"));
            terminal.ErrorText.Flush();
        }
    }

    private static string ModelName(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
}
