/** The bundle and `build/sql-loader.mjs` both give a `.sql` file as its text. */
declare module '*.sql' {
  const text: string;
  export default text;
}
