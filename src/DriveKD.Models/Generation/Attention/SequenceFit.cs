using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Text;
using DriveKD.Models.Families;

namespace DriveKD.Models.Generation.Attention;

/// <summary>Whether two models read one sequence: only then are their maps of the same tokens.</summary>
public static class SequenceFit
{
    /// <summary>Checks tokenizers and the tokens of every picture.</summary>
    /// <param name="teacher">The model whose sequence it is: folder, config and tokenizer.</param>
    /// <param name="student">The model that shall read it too.</param>
    /// <param name="pictures">The question's pictures.</param>
    /// <param name="maxTiles">The most tiles a picture is cut into.</param>
    /// <exception cref="InputException">Every difference, with what either model has.</exception>
    public static void Require(
        (string Folder, ModelConfig Config, BpeTokenizer Tokenizer) teacher,
        (string Folder, ModelConfig Config, BpeTokenizer Tokenizer) student,
        IReadOnlyList<QuestionPicture> pictures,
        int maxTiles)
    {
        List<Problem> problems = [];
        if (teacher.Tokenizer.Fingerprint != student.Tokenizer.Fingerprint)
        {
            string sizes = teacher.Tokenizer.VocabularySize == student.Tokenizer.VocabularySize
                ? $"both have {teacher.Tokenizer.VocabularySize} tokens, and they are not the same"
                : $"{student.Tokenizer.VocabularySize} tokens against {teacher.Tokenizer.VocabularySize}";
            problems.Add(new Problem(student.Folder, $"has another tokenizer than {teacher.Folder} ({sizes}). Both must read the same token ids."));
        }

        if (teacher.Config.Family != student.Config.Family)
        {
            problems.Add(new Problem(student.Folder, $"{student.Config.CannotShareSequences(teacher.Config)} ({teacher.Folder})."));
        }
        else if (pictures.FirstOrDefault(picture => Layout(student.Config, picture, maxTiles) != Layout(teacher.Config, picture, maxTiles)) is QuestionPicture differing)
        {
            (PictureLayout own, PictureLayout other) = (Layout(student.Config, differing, maxTiles), Layout(teacher.Config, differing, maxTiles));
            static string Order(PictureLayout layout) => layout.IsColumnByColumn ? "column by column" : "row by row";
            problems.Add(new Problem(
                student.Folder,
                own.IsColumnByColumn != other.IsColumnByColumn
                    ? $"takes the tokens of a tile {Order(own)}, {teacher.Folder} {Order(other)}. Maps over tokens in another order cannot be compared."
                    : $"makes {own.Tokens} tokens of {differing.Name}, {teacher.Folder} {other.Tokens}. Maps over different tokens cannot be compared."));
        }

        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }
    }

    private static PictureLayout Layout(ModelConfig config, QuestionPicture picture, int maxTiles) =>
        config.PicturesOf(maxTiles).LayoutOf(picture.Image.Width, picture.Image.Height, picture.Name);
}
