using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Drawing;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Answers;
using DriveKD.Evaluation.Pictures;
using DriveKD.Evaluation.Questions;
using DriveKD.Evaluation.Reports;
using DriveKD.Evaluation.Results;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Attention;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Evaluating;

/// <summary>The pictures of a page: those of its examples, one under every corruption, and where local models looked.</summary>
internal sealed class ExamplePictures(Terminal terminal, EvaluateRecipe recipe, Func<CorruptionChoice, PassPictures> pictures)
{
    private const int FewPictures = 2;
    private const int WideShot = 440;
    private const int SmallShot = 240;
    private const int StripShot = 320;
    private const int AttentionWidth = 900;

    /// <summary>The examples with their pictures.</summary>
    /// <param name="results">The results.</param>
    public IReadOnlyList<EvaluationExample> Make(EvaluationResults results)
    {
        IReadOnlyList<(ExampleReason Reason, EvaluationQuestion Question)> chosen = ExampleChooser.Choose(results, recipe.Report.Examples);
        PassPictures shown = pictures(results.ComparedOn);
        Dictionary<string, Dictionary<string, PagePicture>> attention = Attention([.. chosen.Take(recipe.Report.Attention).Select(item => item.Question)], shown);
        return [.. chosen.Select(item => new EvaluationExample(
            item.Reason, item.Question, Shots(item.Question.Sample, shown), attention.GetValueOrDefault(item.Question.Id) ?? []))];
    }

    /// <summary>One picture under every corruption: the first of the first question.</summary>
    /// <param name="results">The results.</param>
    public IReadOnlyList<PagePicture> Strip(EvaluationResults results)
    {
        Sample? sample = results.Questions.Questions.FirstOrDefault(question => question.Sample.Images.Count > 0)?.Sample;
        return sample is null || results.Corruptions.Count < 2
            ? []
            : [.. results.Corruptions.Select(corruption => Try(() => PagePicture.Small(corruption.Title, pictures(corruption).Of(sample)[0].Image, StripShot))).OfType<PagePicture>()];
    }

    private static List<PagePicture> Shots(Sample sample, PassPictures shown)
    {
        IReadOnlyList<PassPicture> own = shown.Of(sample);
        int width = own.Count <= FewPictures ? WideShot : SmallShot;
        return [.. own.Select((picture, i) => Try(() => PagePicture.Small(sample.Images[i].Camera ?? Path.GetFileName(picture.Name), picture.Image, width))).OfType<PagePicture>()];
    }

    /// <summary>Figures by question and model. Each model is loaded once more, since another may have taken its memory.</summary>
    private Dictionary<string, Dictionary<string, PagePicture>> Attention(EvaluationQuestion[] questions, PassPictures shown)
    {
        Dictionary<string, Dictionary<string, PagePicture>> figures = new(StringComparer.Ordinal);
        if (questions.Length == 0)
        {
            return figures;
        }

        using WaitLine wait = new(terminal);
        foreach (NamedModel model in recipe.NamedModels().Where(model => !model.IsBehindServer))
        {
            wait.Show($"reading the attention of {model.Name}");
            try
            {
                using ModelAssistant assistant = ModelAssistant.Load(model.Address, recipe.Device, recipe.Precision, progress: null, recipe.Prompts.PixelLimits(), terminal.Interrupted);
                foreach (EvaluationQuestion question in questions.Where(question => question.Sample.Images.Count > 0))
                {
                    if (Try(() => Figure(assistant, model, question, shown)) is PagePicture figure)
                    {
                        if (!figures.TryGetValue(question.Id, out Dictionary<string, PagePicture>? own))
                        {
                            figures[question.Id] = own = new Dictionary<string, PagePicture>(StringComparer.Ordinal);
                        }

                        own[model.Name] = figure;
                    }
                }
            }
            catch (InputException exception)
            {
                terminal.ErrorText.WriteLine($"no attention of {model.Name}: {exception.Message}");
            }
        }

        return figures;
    }

    private PagePicture Figure(ModelAssistant assistant, NamedModel model, EvaluationQuestion question, PassPictures shown)
    {
        Question asked = new()
        {
            Text = question.Sample.Question,
            Pictures = [.. shown.Of(question.Sample).Select(picture => new QuestionPicture(picture.Name, picture.Image))],
            SystemText = SystemTexts.For(recipe.Prompts, question.Sample),
            MaxTiles = recipe.Prompts.MaxTiles,
        };
        Answer answer = assistant.Answer(
            asked,
            new GenerationOptions { MaxNewTokens = recipe.Prompts.MaxNewTokens },
            new AttentionRequest(AttentionLayer.Penultimate),
            cancellation: terminal.Interrupted);
        AttentionReading reading = answer.Attention ?? throw new OperationCanceledException(terminal.Interrupted);
        byte[] png = AttentionOverlay.Draw(reading.ToFigure(model.Name, question.Sample.Question, answer.Text));
        return PagePicture.Small(
            FormattableString.Invariant($"Where {model.Name} looked: layer {reading.Layer} of {reading.Layers}, the question's tokens, asked by chat"), ImageDecoder.Decode(png, model.Name), AttentionWidth);
    }

    /// <summary>A picture that cannot be read is an error of its answers already; the page does without.</summary>
    private static PagePicture? Try(Func<PagePicture> make)
    {
        try
        {
            return make();
        }
        catch (InputException)
        {
            return null;
        }
    }
}
