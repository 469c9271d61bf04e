using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Text.Chat;
using DriveKD.Data.Text.Training;
using DriveKD.Models.Families;

namespace DriveKD.Models.Generation.Prompts;

/// <summary>Turns questions into prompts of one model, and checks that they fit it.</summary>
internal sealed class PromptBuilder
{
    private readonly ModelConfig _config;
    private readonly IChatTemplate _template;
    private readonly int _imageTokenId;

    /// <param name="config">The model's shape and limits.</param>
    /// <param name="template">The model's chat template.</param>
    /// <param name="imageTokenId">The id that marks image slots.</param>
    public PromptBuilder(ModelConfig config, IChatTemplate template, int imageTokenId) =>
        (_config, _template, _imageTokenId) = (config, template, imageTokenId);

    /// <summary>How a question's pictures are taken.</summary>
    /// <param name="question">The question.</param>
    public PictureProcessor ProcessorFor(Question question) => _config.PicturesOf(question.MaxTiles);

    /// <summary>Builds the prompt. No pixel is touched: a prompt that is too long is refused at no cost.</summary>
    /// <param name="question">The question.</param>
    /// <param name="maxNewTokens">Room that the answer needs.</param>
    /// <param name="training">The sequence of training to lay the question out in; null for the model's chat template.</param>
    /// <exception cref="InputException">The question is not valid, or too long for the model.</exception>
    public PreparedPrompt Build(Question question, int maxNewTokens, DriveKDTrainingLayout? training = null)
    {
        question.Validate();
        PictureProcessor processor = ProcessorFor(question);
        PictureLayout[] pictures = [.. question.Pictures.Select(picture => processor.LayoutOf(picture.Image.Width, picture.Image.Height, picture.Name))];
        if (pictures.Length > 0)
        {
            RequireRoom(question, pictures, pictures.Sum(picture => (long)picture.Tokens), maxNewTokens, isWholePrompt: false);
        }

        int[] tokens = [.. pictures.Select(picture => picture.Tokens)];
        if (training is not null)
        {
            int[] ids = training.Build(question.Text, answer: null, tokens).TokenIds;
            RequireRoom(question, pictures, ids.Length, maxNewTokens, isWholePrompt: true);
            return new PreparedPrompt(ids, pictures);
        }

        ChatPrompt prompt = _template.Build(PromptMessages.Of(question, _template.Placement), tokens);
        int slots = prompt.Ids.Count(id => id == _imageTokenId);
        if (slots != pictures.Sum(picture => picture.Tokens) || prompt.ImagesPlaced != pictures.Length)
        {
            // The question is checked already: what is left is a system_message of config.json.
            throw new InputException(
                "prompt", $"has {slots} image tokens for {pictures.Length} pictures; does the system_message of config.json hold {Question.Placeholder} or control tokens?");
        }

        RequireRoom(question, pictures, prompt.Ids.Length, maxNewTokens, isWholePrompt: true);
        return new PreparedPrompt(prompt.Ids, pictures);
    }

    private void RequireRoom(Question question, PictureLayout[] pictures, long promptTokens, int maxNewTokens, bool isWholePrompt)
    {
        long limit = _config.MostTokens;
        if (promptTokens + maxNewTokens <= limit)
        {
            return;
        }

        int tiles = pictures.Sum(picture => picture.Tiles);
        string found = isWholePrompt ? $"{promptTokens} tokens" : $"more than {promptTokens} tokens";
        bool areNative = pictures.Length > 0 && _config.PicturesOf(question.MaxTiles) is { FixedLayout: null } && question.MaxTiles == 1;
        string ofPictures = pictures.Length == 0 ? ""
            : areNative ? $" ({pictures.Length} pictures at their own size, {pictures.Sum(picture => picture.Tokens)} tokens)"
            : $" ({pictures.Length} pictures in {tiles} tiles of {pictures[0].TokensPerTile} tokens each)";
        string advice = question.MaxTiles > 1 && tiles > pictures.Length ? "fewer tiles, pictures or new tokens"
            : areNative ? "smaller max_pixels, fewer pictures or new tokens"
            : pictures.Length > 0 ? "fewer pictures or new tokens" : "a shorter question or fewer new tokens";
        throw new InputException(
            "prompt",
            string.Create(CultureInfo.InvariantCulture, $"has {found}{ofPictures}, and {maxNewTokens} new ones may follow; the model takes {limit} in all. Use {advice}."));
    }
}
