using System.Globalization;
using DriveKD.Data.Imaging.Drawing;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Attention;
using DriveKD.Models.Layers;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Asking;

/// <summary>
/// One run of <c>drivekd ask</c>: check, load, answer, draw, report. Several questions share the pictures' features, and the keys and values of
/// what their prompts begin with.
/// </summary>
internal sealed class AskRun(Terminal terminal, AskSettings settings) : IProgress<LoadProgress>, IProgress<AnswerProgress>
{
    private WaitLine? _wait;
    private bool _lineIsOpen;

    /// <summary>Does it all.</summary>
    /// <returns>Done, or cancelled.</returns>
    public int Run()
    {
        AskInput input = AskInput.Read(settings, terminal.InputText);
        CancellationToken interrupted = terminal.Interrupted;
        using WaitLine wait = new(terminal);
        _wait = wait;
        wait.Show("loading the model");
        using ModelAssistant assistant = ModelAssistant.Load(settings.Folder, settings.Device, settings.Precision, this, settings.Limits, interrupted);
        QuantizedWeights? quantized = input.Weights == DecodingWeights.Int8 ? Quantize(assistant) : null;
        bool areSeveral = input.Questions.Count > 1;
        assistant.KeepsPrompts = areSeveral;
        List<(Question Question, Answer Answer)> asked = [];
        foreach (Question question in input.Questions)
        {
            if (areSeveral && !settings.AsJson)
            {
                Note(PlainText.ForTerminal($"question {asked.Count + 1} of {input.Questions.Count}: {question.Text}"));
            }

            asked.Add((question, AnswerOne(assistant, question, input.Attention, areSeveral, interrupted)));
            if (asked[^1].Answer.StopReason == StopReason.Cancelled)
            {
                break;
            }
        }

        if (settings.AsJson)
        {
            terminal.WriteRaw(AskDocument.Write(settings, assistant, quantized, asked, areSeveral));
        }

        return asked[^1].Answer.StopReason == StopReason.Cancelled ? ExitCode.Cancelled : ExitCode.Done;
    }

    /// <inheritdoc />
    void IProgress<LoadProgress>.Report(LoadProgress value) => _wait?.Show(string.Create(
        CultureInfo.InvariantCulture,
        $"loading the model: {100.0 * value.BytesDone / Math.Max(1, value.BytesTotal):F0} % of {value.BytesTotal / 1e9:F2} GB"));

    /// <inheritdoc />
    void IProgress<AnswerProgress>.Report(AnswerProgress value)
    {
        EndLine();
        _wait?.Show(value.Stage switch
        {
            AnswerStage.Vision => string.Create(CultureInfo.InvariantCulture, $"looking at the pictures: {value.Done} of {value.Total} tiles"),
            AnswerStage.Prefill => string.Create(CultureInfo.InvariantCulture, $"reading the prompt of {value.Total} tokens"),
            _ => "reading the attention",
        });
    }

    private Answer AnswerOne(
        ModelAssistant assistant, Question question, AttentionRequest? attention, bool areSeveral, CancellationToken interrupted)
    {
        Answer answer = assistant.Answer(question, settings.Generation, attention, settings.AsJson ? null : Stream, this, interrupted);
        EndLine();
        _wait?.Hide();
        if (answer.Attention is not null)
        {
            Draw(question, answer);
        }

        if (!settings.AsJson)
        {
            if (areSeveral && answer.Text.Length == 0)
            {
                // Answers are told apart by their lines.
                terminal.WriteRaw("");
            }

            Remark(answer);
        }

        if (settings.ShowsTimings)
        {
            TimingTable.Write(terminal, assistant, answer);
        }

        return answer;
    }

    private QuantizedWeights Quantize(ModelAssistant assistant)
    {
        _wait?.Show("rounding the weights");
        QuantizedWeights quantized = assistant.QuantizeDecoder();
        _wait?.Hide();
        if (!settings.AsJson)
        {
            Note(DecodingWeightNames.Describe(quantized));
        }

        return quantized;
    }

    private void Stream(string text)
    {
        _wait?.Hide();
        terminal.OutputText.Write(terminal.Output.Profile.Out.IsTerminal ? PlainText.ForTerminal(text) : text);
        terminal.OutputText.Flush();
        _lineIsOpen = true;
    }

    private void EndLine()
    {
        if (_lineIsOpen)
        {
            terminal.WriteRaw("");
            _lineIsOpen = false;
        }
    }

    private void Draw(Question question, Answer answer)
    {
        AttentionReading reading = answer.Attention!;
        AttentionFigure figure = reading.ToFigure(ModelName(settings.Folder), question.Text, answer.Text);
        byte[] png = AttentionOverlay.Draw(figure);
        AtomicFile.Write(settings.AttentionFile!, stream => stream.Write(png));
        if (!settings.AsJson)
        {
            Note($"attention of layer {reading.Layer} of {reading.Layers}, mean of {reading.RowCount} tokens: {settings.AttentionFile}");
        }
    }

    private void Remark(Answer answer)
    {
        if (answer.StopReason == StopReason.MaxNewTokens)
        {
            Note($"cut off after {answer.TokenIds.Count} tokens (--max-new-tokens)");
        }
        else if (answer.Text.Length == 0 && answer.StopReason == StopReason.StopToken)
        {
            Note("the model's answer is empty");
        }
    }

    private void Note(string text)
    {
        terminal.ErrorText.WriteLine(text);
        terminal.ErrorText.Flush();
    }

    private static string ModelName(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
}
