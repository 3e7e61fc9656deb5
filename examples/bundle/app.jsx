import { renderToStaticMarkup } from 'react-dom/server'

const rates = [2.8, 3.2, 3.5]

function Table() {
  return (
    <ul>
      {rates.map((rate) => (
        <li key={rate}>{`x -> ${rate} x (1 - x)`}</li>
      ))}
    </ul>
  )
}

console.log(renderToStaticMarkup(<Table />))
